package dev.berth.agent.control;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * The agent's two clocks.
 *
 * @param wall for what people see; it may step at any moment
 * @param steady since whatever beginning; it never steps, and everything that lasts or is due is measured by it
 */
record Time(InstantSource wall, Supplier<Duration> steady) {
    static Time system() {
        long beginning = System.nanoTime();
        return new Time(InstantSource.system(), () -> Duration.ofNanos(System.nanoTime() - beginning));
    }

    Duration now() {
        return steady.get();
    }

    Instant onTheWall() {
        return wall.instant();
    }
}
