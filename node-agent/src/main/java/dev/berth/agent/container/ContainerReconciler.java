package dev.berth.agent.container;

import java.time.Duration;
import java.util.Optional;

/** Decides the next step of one container from what it should do and what is seen of it. */
public final class ContainerReconciler {
    /** What the scheduler wants. A draining container runs on: gateways just send it nothing new. */
    public enum Goal {
        RUN,
        /** What it needs is to be here; it does not start, and ends when that is so. */
        FETCH,
        STOP
    }

    /** One step, at most, at a time. */
    public sealed interface Step {
        record Nothing() implements Step {}

        /** Ask it to end. */
        record Terminate() implements Step {}

        record Kill() implements Step {}

        /** It is over; this is its last state. */
        record End(ContainerState.Ended ended) implements Step {}

        /** Nobody needs to hear of it any more. */
        record Forget() implements Step {}
    }

    private ContainerReconciler() {}

    /**
     * @param goal empty where the newest order does not name it
     * @param exit how its process ended; empty while it runs or was never started
     * @param now by the clock of the state's times
     */
    public static Step reconcile(
            ContainerSpec spec, ContainerState state, Optional<Goal> goal, Optional<Exit> exit, Duration now) {
        boolean run = goal.isPresent() && goal.get() == Goal.RUN;
        return switch (state) {
            case ContainerState.Ended ended -> goal.isEmpty() ? new Step.Forget() : new Step.Nothing();
            case ContainerState.Preparing preparing ->
                run || goal.equals(Optional.of(Goal.FETCH))
                        ? new Step.Nothing()
                        : new Step.End(preparing.stopped("stopped before it started"));
            case ContainerState.Starting starting -> {
                if (exit.isPresent()) {
                    yield new Step.End(run ? starting.failed(exit.get().words()) : starting.stopped("stopped"));
                }
                if (!run) {
                    yield new Step.Terminate();
                }
                yield now.compareTo(starting.since().plus(spec.startupTimeout())) < 0
                        ? new Step.Nothing()
                        : new Step.End(starting.timedOut("was not ready within "
                                + spec.startupTimeout().toMillis() / 1000.0 + " s (startup_timeout)"));
            }
            case ContainerState.Ready ready -> {
                if (exit.isPresent()) {
                    yield new Step.End(run ? ready.failed(exit.get().words()) : ready.stopped("stopped"));
                }
                yield run ? new Step.Nothing() : new Step.Terminate();
            }
            case ContainerState.Stopping stopping -> {
                if (exit.isPresent()) {
                    yield new Step.End(stopping.stopped("stopped"));
                }
                yield now.compareTo(stopping.killAt()) < 0 ? new Step.Nothing() : new Step.Kill();
            }
        };
    }
}
