package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.GatewayReport;

/**
 * What a cutover did, in numbers of requests. How each ended is what a gateway counted; the first number is the sum of
 * the six after it.
 *
 * @param abandoned left by their client before they were answered
 * @param takenBack still under way in a container that a rollback took back
 * @param unaccounted how they ended is not known: the gateway that had them was not heard again
 * @param complete false while containers still drain, so that numbers may be added
 */
public record Receipt(
        long inFlightAtCutover,
        long finished,
        long cutAtDeadline,
        long dropped,
        long abandoned,
        long takenBack,
        long unaccounted,
        long longestDrainMillis,
        boolean complete) {
    public static final Receipt EMPTY = new Receipt(0, 0, 0, 0, 0, 0, 0, 0, false);

    /** With the final numbers of one more container that was drained. */
    public Receipt ended(GatewayReport.Drain drain) {
        return plus(drain, 0, rest(drain));
    }

    /** With the numbers of one more container as they were when it was taken back. */
    public Receipt takenBack(GatewayReport.Drain drain) {
        return plus(drain, rest(drain), 0);
    }

    private static long rest(GatewayReport.Drain drain) {
        return drain.inFlightAtCutover() - drain.finished() - drain.cut() - drain.dropped() - drain.abandoned();
    }

    private Receipt plus(GatewayReport.Drain drain, long back, long unknown) {
        return new Receipt(
                inFlightAtCutover + drain.inFlightAtCutover(),
                finished + drain.finished(),
                cutAtDeadline + drain.cut(),
                dropped + drain.dropped(),
                abandoned + drain.abandoned(),
                takenBack + back,
                unaccounted + unknown,
                Math.max(longestDrainMillis, drain.millis()),
                complete);
    }

    public Receipt completed() {
        return new Receipt(
                inFlightAtCutover,
                finished,
                cutAtDeadline,
                dropped,
                abandoned,
                takenBack,
                unaccounted,
                longestDrainMillis,
                true);
    }
}
