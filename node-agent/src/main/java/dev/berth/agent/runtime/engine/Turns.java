package dev.berth.agent.runtime.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Keeps Docker before 23 from locking itself up for ever, as it can where a container leaves a network while another one
 * joins or leaves it (moby/moby 42545): those that are told to end do so one after the other, and while none starts. What
 * ends by itself is not in our hands.
 */
final class Turns {
    private static final ApiVersion MENDED = new ApiVersion(1, 42);
    /** One that takes longer to end lets the next one begin. */
    private static final Duration ENDS_AT_ONCE = Duration.ofMillis(100);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    interface Act<T> {
        T run() throws IOException;
    }

    private final boolean needed;
    private final ReadWriteLock turns = new ReentrantReadWriteLock(true);

    Turns(ApiVersion api) {
        needed = api.compareTo(MENDED) < 0;
    }

    void start(Act<Void> start) throws IOException {
        turns.readLock().lock();
        try {
            start.run();
        } finally {
            turns.readLock().unlock();
        }
    }

    /** @param ended asked after the signal; the engine answers it when the container has left its network */
    void end(Act<Void> signal, Act<Boolean> ended) throws IOException {
        if (!needed) {
            signal.run();
            return;
        }
        turns.writeLock().lock();
        try {
            signal.run();
            long until = System.nanoTime() + ENDS_AT_ONCE.toNanos();
            while (!ended.run() && System.nanoTime() < until) {
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            }
        } finally {
            turns.writeLock().unlock();
        }
    }
}
