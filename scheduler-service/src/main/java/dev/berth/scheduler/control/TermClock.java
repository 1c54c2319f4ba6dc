package dev.berth.scheduler.control;

import java.time.Duration;
import java.time.Instant;

/**
 * The clock of one term: it starts at the database's time and goes on at the pace of time, whatever becomes of this host's
 * clock. So durations, leases and deadlines of a term are right though somebody sets it, and a deadline that one scheduler
 * stored means the same to the next one on another host.
 */
final class TermClock {
    private final Instant start;
    private final long nanos;

    TermClock(Instant start, long nanos) {
        this.start = start;
        this.nanos = nanos;
    }

    Instant at(long nanosNow) {
        return start.plus(Duration.ofNanos(nanosNow - nanos));
    }

    Instant now() {
        return at(System.nanoTime());
    }
}
