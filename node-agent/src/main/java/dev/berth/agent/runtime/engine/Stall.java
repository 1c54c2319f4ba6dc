package dev.berth.agent.runtime.engine;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work that is given up when it comes no further: on a thread of its own, since it may hang before it has an answer. */
final class Stall {
    /** @param <T> what comes of it */
    interface Work<T> {
        T run(Stall stall) throws IOException;
    }

    private volatile long heard = System.nanoTime();

    private Stall() {}

    /** It has come further. */
    void heard() {
        heard = System.nanoTime();
    }

    /** Empty where nothing was heard for so long; then, and when whoever waits is interrupted, the work is interrupted. */
    static <T> Optional<T> run(Duration longest, Work<T> work) throws IOException {
        Stall stall = new Stall();
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().name("pull").start(() -> {
            try {
                result.complete(work.run(stall));
            } catch (IOException | RuntimeException fault) {
                result.completeExceptionally(fault);
            }
        });
        try {
            while (true) {
                long left = longest.toNanos() - (System.nanoTime() - stall.heard);
                if (left <= 0) {
                    return Optional.empty();
                }
                try {
                    return Optional.of(result.get(left, TimeUnit.NANOSECONDS));
                } catch (TimeoutException perhaps) {
                    // Unless something was heard meanwhile.
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("given up");
        } catch (ExecutionException fault) {
            throw new IOException(fault.getCause().getMessage(), fault.getCause());
        } finally {
            thread.interrupt();
        }
    }
}
