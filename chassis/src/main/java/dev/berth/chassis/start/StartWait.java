package dev.berth.chassis.start;

import java.time.Duration;

/** A start that waits for something: it ends as soon as the process is told to end, which Quarkus does not see to before all has started. */
public final class StartWait implements AutoCloseable {
    private final Thread hook;
    private volatile boolean ending;

    /** For the thread that calls this. */
    public StartWait() {
        Thread waiting = Thread.currentThread();
        hook = Thread.ofPlatform().name("berth-start-wait").unstarted(() -> {
            ending = true;
            waiting.interrupt();
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Until the next try; throws where there is to be none. */
    public void pause(Duration duration) {
        try {
            if (!ending) {
                Thread.sleep(duration);
            }
        } catch (InterruptedException interrupted) {
            ending = true;
        }
        if (ending) {
            throw Refusal.atStart("told to end while it waited to start");
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyEnding) {
            ending = true;
        }
    }
}
