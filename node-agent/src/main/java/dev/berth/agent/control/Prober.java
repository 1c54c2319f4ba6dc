package dev.berth.agent.control;

import dev.berth.agent.container.Address;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.Readiness;
import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.Probe;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks one container whether it is ready until it is. An answer may take its time: each question that got none in time
 * is asked again with more.
 */
final class Prober {
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(2);

    private final ContainerRuntime runtime;
    private final Duration longest;
    private final String id;
    private final Address address;
    private final Readiness readiness;
    private volatile String seen = "it was not asked yet";

    /** @param longest that an answer may take */
    Prober(ContainerRuntime runtime, Duration longest, String id, Address address, ContainerSpec spec) {
        this.runtime = runtime;
        this.longest = longest;
        this.id = id;
        this.address = address;
        this.readiness = spec.readiness();
    }

    /**
     * Blocks until it is ready.
     *
     * @throws InterruptedException where that matters no more
     */
    void awaitReady() throws InterruptedException {
        Duration pause = SHORTEST_PAUSE;
        Duration patience = shorter(FIRST_PATIENCE, longest);
        while (true) {
            long asked = System.nanoTime();
            switch (Probe.ask(address.host(), address.port(), readiness, patience)) {
                case Probe.Outcome.Ready ready -> {
                    Optional<String> stranger = stranger();
                    if (stranger.isEmpty()) {
                        return;
                    }
                    seen = "port " + address.port() + " is answered by " + stranger.get()
                            + ", which is not of this container";
                }
                case Probe.Outcome.NotYet not -> seen = not.seen();
            }
            if (System.nanoTime() - asked >= patience.toNanos()) {
                patience = shorter(patience.multipliedBy(2), longest);
            }
            Thread.sleep(pause);
            pause = shorter(pause.multipliedBy(5).dividedBy(4), LONGEST_PAUSE);
        }
    }

    /** Who else answers; who can't be told counts as the container. */
    private Optional<String> stranger() {
        try {
            return runtime.listening(id).stranger();
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    /** Why it is not ready, as far as was seen. */
    String seen() {
        String elsewhere = "";
        try {
            ContainerRuntime.Listening listening = runtime.listening(id);
            if (!listening.elsewhere().isEmpty()) {
                elsewhere = "; it listens on " + String.join(", ", listening.elsewhere()) + " instead of $PORT ("
                        + address.port() + ") at " + address.host();
            }
        } catch (IOException unknown) {
            // What was seen from outside has to do.
        }
        return seen + elsewhere;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
