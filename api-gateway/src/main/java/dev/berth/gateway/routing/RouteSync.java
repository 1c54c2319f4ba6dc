package dev.berth.gateway.routing;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps the routes current, and says when to read all of them and when to report. One that the scheduler counts as live has
 * current routes: so after a gap in its reports a gateway reads first. One reading and one report are under way at a
 * time. Times are milliseconds of one monotonic clock. Not thread-safe.
 */
public final class RouteSync {
    /** What is to be done; by who does it, its end is told here. */
    public enum Act {
        READ,
        REPORT
    }

    /** A report that was not heard after so long is lost: another has to be heard before the lease ends. */
    public static final long REPORT_PATIENCE_MILLIS = 1_000;

    /** Half of the shortest lease that the scheduler gives. */
    private static final long GAP = 1_500;
    /** After routes that may have been incomplete, when to ask for all of them. */
    private static final long COMPLETE_AFTER = 5_000;

    private static final Set<Act> NOTHING = Set.of();

    private final RouteTable table;
    private boolean reading;
    private boolean readAgain;
    private boolean reporting;
    private boolean reportAgain;
    private long startedAt;
    /** Begin of the last report that was heard, or of the last reading. */
    private long confirmedAt;

    private long completeAt = Long.MAX_VALUE;
    private boolean ended;

    public RouteSync(RouteTable table) {
        this.table = table;
    }

    /** At the start, and whenever something may have been missed: the bus is back. */
    public Set<Act> begin() {
        return read();
    }

    /** One app's routes came. */
    public Set<Act> apply(RouteTable.Change change, long now) {
        return switch (table.apply(change, now)) {
            case DONE -> report(now);
            case GAP -> read();
            case STALE -> NOTHING;
        };
    }

    /** The scheduler that leads said which routes are its newest. */
    public Set<Act> head(long epoch, long sequence) {
        return table.behind(epoch, sequence) ? read() : NOTHING;
    }

    /** Twice a second, and when a container has drained. */
    public Set<Act> report(long now) {
        if (!table.loaded() || ended) {
            return NOTHING;
        }
        if (now - confirmedAt > GAP || now >= completeAt) {
            return read();
        }
        if (reporting) {
            reportAgain = true;
            return NOTHING;
        }
        reporting = true;
        startedAt = now;
        return EnumSet.of(Act.REPORT);
    }

    /** The report was heard. */
    public Set<Act> reported(long now) {
        reporting = false;
        confirmedAt = Math.max(confirmedAt, startedAt);
        if (!reportAgain) {
            return NOTHING;
        }
        reportAgain = false;
        return report(now);
    }

    /** Nobody knows whether the report was heard. */
    public void reportFailed() {
        reporting = false;
        reportAgain = false;
    }

    private Set<Act> read() {
        if (reading) {
            readAgain = true;
            return NOTHING;
        }
        reading = true;
        return EnumSet.of(Act.READ);
    }

    /**
     * All routes came.
     *
     * @param mayBeIncomplete an app that is not named keeps what it has
     */
    public Set<Act> load(
            long epoch, long sequence, List<RouteTable.Change> changes, boolean mayBeIncomplete, long now) {
        reading = false;
        Set<Act> acts = EnumSet.noneOf(Act.class);
        if (table.load(epoch, sequence, changes, mayBeIncomplete, now)) {
            confirmedAt = now;
            completeAt = mayBeIncomplete ? now + COMPLETE_AFTER : Long.MAX_VALUE;
            acts.addAll(report(now));
        }
        if (readAgain) {
            readAgain = false;
            acts.addAll(read());
        }
        return acts;
    }

    /** They did not come. Where some are held, the next report or head asks again. */
    public Set<Act> readFailed() {
        reading = false;
        readAgain = false;
        return table.loaded() ? NOTHING : read();
    }

    /** It reports no more. */
    public void end() {
        ended = true;
    }
}
