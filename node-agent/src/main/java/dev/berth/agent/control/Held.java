package dev.berth.agent.control;

import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.ContainerState;
import java.time.Duration;
import java.time.Instant;

/** A container of this host, as the agent's loop holds it. */
final class Held {
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

    Held(ContainerRef ref, Instant startedAt) {
        this.ref = ref;
        this.startedAt = startedAt;
    }

    boolean isOver() {
        return state instanceof ContainerState.Ended;
    }

    /** It runs, and nobody here knows what it is. */
    boolean isLost() {
        return !spec.known() && !isOver() && !(state instanceof ContainerState.Preparing);
    }
}
