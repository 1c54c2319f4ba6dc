package dev.berth.agent.runtime.engine;

import java.time.Duration;

/** Closes a stream on which nothing has come for some time, so that who reads it does not wait for ever. */
final class Stall implements AutoCloseable {
    private final EngineStream stream;
    private final long longest;
    private final Thread thread;
    private volatile long heard = System.nanoTime();
    private volatile boolean stalled;

    Stall(EngineStream stream, Duration longest) {
        this.stream = stream;
        this.longest = longest.toNanos();
        thread = Thread.ofVirtual().name("stall").start(this::watch);
    }

    void heard() {
        heard = System.nanoTime();
    }

    boolean stalled() {
        return stalled;
    }

    private void watch() {
        try {
            for (long left = longest; left > 0; left = longest - (System.nanoTime() - heard)) {
                Thread.sleep(Duration.ofNanos(left));
            }
            stalled = true;
            stream.close();
        } catch (InterruptedException over) {
            // It has ended in time.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
