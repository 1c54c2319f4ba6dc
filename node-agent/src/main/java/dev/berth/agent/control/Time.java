package dev.berth.agent.control;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** The agent's two clocks, and waiting by the steady one. */
interface Time {
    /** Since whatever beginning; it never steps, and everything that lasts or is due is measured by it. */
    Duration now();

    /** For what people see; it may step at any moment. */
    Instant onTheWall();

    /** The next of a queue; null where none came until then. */
    <T> T poll(BlockingQueue<T> queue, Duration until) throws InterruptedException;

    static Time system() {
        long beginning = System.nanoTime();
        return new Time() {
            @Override
            public Duration now() {
                return Duration.ofNanos(System.nanoTime() - beginning);
            }

            @Override
            public Instant onTheWall() {
                return Instant.now();
            }

            @Override
            public <T> T poll(BlockingQueue<T> queue, Duration until) throws InterruptedException {
                return queue.poll(until.minus(now()).toNanos(), TimeUnit.NANOSECONDS);
            }
        };
    }
}
