package dev.berth.cli;

import dev.berth.client.BerthException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** Asks again while nobody answers: a service that starts, or starts again, must not end what goes on without it. */
final class Patience {
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);
    private static final long PAUSE_MILLIS = 100;

    private Patience() {}

    /** @throws BerthException what the gateway refuses; also that nobody answers, once that has lasted for a minute */
    static <T> T answer(Supplier<T> question) {
        long until = System.nanoTime() + LONGEST_SILENCE.toNanos();
        while (true) {
            try {
                return question.get();
            } catch (BerthException fault) {
                if (!fault.unanswered() || System.nanoTime() > until) {
                    throw fault;
                }
                pause();
            }
        }
    }

    /** Between two questions. */
    static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BerthException(0, "interrupted; what was begun goes on", List.of());
        }
    }
}
