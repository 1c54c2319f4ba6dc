package dev.berth.gateway.control;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two kinds of time.
 *
 * @param nanos from some moment on, never set: for durations, leases and timeouts
 * @param wall time of day, which people and other hosts name; a step of it must not move anything else
 */
public record Clocks(LongSupplier nanos, InstantSource wall) {
    /** Milliseconds of the one that is never set. */
    public long millis() {
        return nanos.getAsLong() / 1_000_000;
    }

    /** The host's. */
    @Singleton
    static final class Source {
        @Produces
        @Singleton
        Clocks clocks() {
            return new Clocks(System::nanoTime, InstantSource.system());
        }
    }
}
