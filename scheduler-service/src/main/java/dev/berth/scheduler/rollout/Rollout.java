package dev.berth.scheduler.rollout;

import java.time.Instant;

/**
 * The steps from one version to the next.
 *
 * @param cutoverAt null until the routes were switched
 * @param cutoverSequence the routes that switched; 0 until then
 * @param liveAt when every live gateway had applied them; null until then
 */
public record Rollout(int version, Step step, String reason, Instant startedAt, Instant cutoverAt, long cutoverSequence,
        Instant liveAt, Receipt receipt) {

    /** Where it is; the last four are its outcome. */
    public enum Step {
        /** Containers of the version start; the version before it serves. */
        STARTING,
        /** The routes have switched; gateways apply them. */
        CUTTING_OVER, LIVE, SUPERSEDED, FAILED, CANCELLED;

        public boolean underWay() {
            return this == STARTING || this == CUTTING_OVER;
        }
    }

    static Rollout begun(int version, Instant now) {
        return new Rollout(version, Step.STARTING, "", now, null, 0, null, Receipt.EMPTY);
    }

    static Rollout skipped(int version, String reason, Instant now) {
        return new Rollout(version, Step.CANCELLED, reason, now, null, 0, null, Receipt.EMPTY.completed());
    }

    Rollout cutOver(Instant now) {
        return new Rollout(version, Step.CUTTING_OVER, "", startedAt, now, cutoverSequence, null, receipt);
    }

    Rollout publishedAt(long sequence) {
        return new Rollout(version, step, reason, startedAt, cutoverAt, sequence, liveAt, receipt);
    }

    Rollout live(Instant now) {
        return new Rollout(version, Step.LIVE, "", startedAt, cutoverAt, cutoverSequence, now, receipt);
    }

    Rollout ended(Step outcome, String why) {
        return new Rollout(version, outcome, why, startedAt, cutoverAt, cutoverSequence, liveAt, receipt);
    }

    Rollout with(Receipt numbers) {
        return new Rollout(version, step, reason, startedAt, cutoverAt, cutoverSequence, liveAt, numbers);
    }
}
