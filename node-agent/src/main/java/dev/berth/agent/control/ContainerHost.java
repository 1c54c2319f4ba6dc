package dev.berth.agent.control;

import dev.berth.agent.client.Outgoing;
import dev.berth.agent.container.KeptPlaces;
import dev.berth.agent.store.Containers;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What the containers of this host share.
 *
 * @param probeTimeout how long an answer to the question whether one is ready may take
 * @param keptPlaces places that none may be given now
 * @param changed to be told when there is something new to report of one
 */
record ContainerHost(
        Drivers drivers,
        Containers kept,
        Preparation preparation,
        Outgoing outgoing,
        Duration probeTimeout,
        Time time,
        Supplier<KeptPlaces> keptPlaces,
        Runnable changed) {}
