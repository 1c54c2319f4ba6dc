package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Ending;
import dev.berth.scheduler.fleet.Seen;
import java.time.Duration;
import java.time.Instant;

/**
 * How often a function of one version has crashed in a row, and when it may start again.
 *
 * @param last how the last one ended
 */
public record Crashes(int count, Ending last, Instant retryAt) {
    /** So many crashes before it was live fail a rollout. */
    static final int LIMIT = 3;

    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    /** A container that was ready for so long was no crash loop: the count starts again. */
    private static final Duration HEALTHY = Duration.ofSeconds(60);

    /**
     * With one more.
     *
     * @param before null where it is the first
     * @param crashed as it was last seen before its end
     */
    public static Crashes next(Crashes before, Container crashed, Ending ending, Instant now) {
        boolean healthy = crashed.seen() instanceof Seen.Ready ready
                && ready.since().plus(HEALTHY).isBefore(now);
        int count = before == null || healthy ? 1 : before.count() + 1;
        Duration pause = count > 7 ? LONGEST : FIRST.multipliedBy(1L << (count - 1));
        return new Crashes(count, ending, now.plus(pause.compareTo(LONGEST) > 0 ? LONGEST : pause));
    }
}
