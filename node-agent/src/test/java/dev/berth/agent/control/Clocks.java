package dev.berth.agent.control;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** The clocks of the agent; both stand still but where the test moves them. */
final class Clocks implements Time {
    volatile Duration steady = Duration.ofDays(3);
    volatile Instant wall = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Duration now() {
        return steady;
    }

    @Override
    public Instant onTheWall() {
        return wall;
    }

    @Override
    public <T> T poll(BlockingQueue<T> queue, Duration until) throws InterruptedException {
        T next = queue.poll();
        while (next == null && steady.compareTo(until) < 0) {
            next = queue.poll(1, TimeUnit.MILLISECONDS);
        }
        return next;
    }
}
