package dev.berth.agent.control;

import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.ContainerState;
import dev.berth.protocol.v1.ObservedContainer;
import dev.berth.protocol.v1.Phase;
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
    ObservedContainer observed(String host, Duration now) {
        ObservedContainer.Builder container = ObservedContainer.newBuilder()
                .setId(ref.id())
                .setEnvironment(ref.environment())
                .setApp(ref.app())
                .setVersion(ref.version())
                .setFunction(ref.function())
                .setHost(host)
                .setPort(state.port())
                .setStartedAt(startedAt.toEpochMilli())
                .setReason(trouble);
        switch (state) {
            case ContainerState.Preparing preparing ->
                container
                        .setPhase(Phase.PHASE_PREPARING)
                        .setReason(now.compareTo(since.plus(SHORT_WAIT)) < 0 ? "" : WAITS);
            case ContainerState.Starting starting -> container.setPhase(Phase.PHASE_STARTING);
            case ContainerState.Ready ready -> container.setPhase(Phase.PHASE_READY);
            case ContainerState.Stopping stopping -> container.setPhase(Phase.PHASE_STOPPING);
            case ContainerState.Ended ended ->
                container
                        .setPhase(ended.failed() ? Phase.PHASE_FAILED : Phase.PHASE_STOPPED)
                        .setReason(ended.reason())
                        .setTimedOut(ended.timedOut());
        }
        return container.build();
    }
}
