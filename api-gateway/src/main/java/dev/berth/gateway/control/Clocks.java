package dev.berth.gateway.control;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The two kinds of time.
 *
 * @param millis from some moment on, never set: for durations, leases and timeouts
 * @param wall time of day, which people and other hosts name; a step of it must not move anything else
 */
public record Clocks(LongSupplier millis, InstantSource wall) {
    /** The host's. */
    @Singleton
    static final class Source {
        @Produces
        @Singleton
        Clocks clocks() {
            return new Clocks(() -> System.nanoTime() / 1_000_000, InstantSource.system());
        }
    }
}
