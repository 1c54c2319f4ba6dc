package dev.berth.scheduler.rollout;

import java.time.Duration;
import java.time.Instant;

/**
 * How often a function of one version has crashed in a row, and when it may start again.
 *
 * @param timedOut the last one was never ready in time
 */
public record Crashes(int count, String reason, Instant retryAt, boolean timedOut) {
    /** So many crashes before it was live fail a rollout. */
    static final int LIMIT = 3;
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    /** A container that was ready for so long was no crash loop: the count starts again. */
    private static final Duration HEALTHY = Duration.ofSeconds(60);

    static Crashes next(Crashes before, String reason, Instant readyAt, boolean timedOut, Instant now) {
        boolean healthy = readyAt != null && readyAt.plus(HEALTHY).isBefore(now);
        int count = before == null || healthy ? 1 : before.count() + 1;
        Duration pause = count > 7 ? LONGEST : FIRST.multipliedBy(1L << (count - 1));
        return new Crashes(count, reason, now.plus(pause.compareTo(LONGEST) > 0 ? LONGEST : pause), timedOut);
    }
}
