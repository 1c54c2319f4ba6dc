package dev.berth.scheduler.rollout;

import dev.berth.scheduler.placement.Placer;

/** Why a rollout fails, as data until somebody reads it. */
public sealed interface Failure {
    String function();

    /** A container was not ready within its startup_timeout. */
    record NotReadyInTime(String function, String reason) implements Failure {}

    /** A container can't start, and no second try mends that. */
    record Hopeless(String function, String reason) implements Failure {}

    record Crashed(String function, int times, String reason) implements Failure {}

    record NoPlace(String function, Placer.Result.Unplaceable why) implements Failure {}

    /** A container's agent has not said for too long that it knows of it. */
    record Unconfirmed(String function, String container, String node) implements Failure {}
}
