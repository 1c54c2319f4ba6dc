package dev.berth.agent.control;

import dev.berth.agent.client.Outgoing;
import dev.berth.agent.store.Containers;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What the containers of this host share.
 *
 * @param probeTimeout how long an answer to the question whether one is ready may take
 * @param keptPorts ports that none may be given now
 * @param changed to be told when there is something new to report of one
 */
record ContainerHost(
        Drivers drivers,
        Containers kept,
        Preparation preparation,
        Outgoing outgoing,
        Duration probeTimeout,
        Time time,
        Supplier<Set<Integer>> keptPorts,
        Runnable changed) {}
