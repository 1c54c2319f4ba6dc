package dev.berth.agent.control;

import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.ContainerState;
import dev.berth.agent.container.Sighting;
import java.time.Duration;
import java.time.Instant;

/** A container of this host, as the agent's loop holds it. */
final class Held {
    private static final Duration SHORT_WAIT = Duration.ofSeconds(2);
    private static final String WAITS =
            "its spec and source are being fetched: the registry does not answer, or is slow";

    ContainerRef ref;
    /** Unknown while it is prepared, and of one that was adopted where its file is lost. */
    ContainerSpec spec = ContainerSpec.unknown();

    ContainerState state;
    Instant startedAt;
    /** Null while the spec is unknown. */
    LogShipper shipper;
    /** When its lost spec may be asked for again. */
    Duration learnAt = Duration.ZERO;
    /** What this host refused for it, last; empty where all is well. */
    String trouble = "";

    /** By the steady clock: when it came to be held. */
    final Duration since;

    Held(ContainerRef ref, Instant startedAt, Duration since) {
        this.ref = ref;
        this.startedAt = startedAt;
        this.since = since;
    }

    boolean isOver() {
        return state instanceof ContainerState.Ended;
    }

    /** It runs, and nobody here knows what it is. */
    boolean isLost() {
        return !spec.known() && !isOver() && !(state instanceof ContainerState.Preparing);
    }

    /** As the scheduler is told of it. */
    Sighting sighting(Duration now) {
        String reason =
                switch (state) {
                    case ContainerState.Preparing preparing -> now.compareTo(since.plus(SHORT_WAIT)) < 0 ? "" : WAITS;
                    case ContainerState.Ended ended -> ended.reason();
                    case ContainerState.Starting starting -> trouble;
                    case ContainerState.Ready ready -> trouble;
                    case ContainerState.Stopping stopping -> trouble;
                };
        return new Sighting(ref, state, startedAt, reason);
    }
}
