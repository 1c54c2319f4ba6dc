package dev.berth.agent.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Asks the registry, and again with back-off: one that restarts is no fault of the version's. Blocks. */
final class Asking {
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    /** What is not there, or not for us, is not waited for. */
    private static final Set<Status.Code> FINAL = Set.of(Status.Code.NOT_FOUND, Status.Code.PERMISSION_DENIED);

    private Asking() {}

    /** @param until as {@link System#nanoTime} gives it: no question is asked again after it */
    static <T> T until(long until, Supplier<Uni<T>> question) {
        Duration pause = SHORTEST_PAUSE;
        while (true) {
            try {
                return question.get().await().atMost(ANSWER);
            } catch (StatusRuntimeException | TimeoutException away) {
                if (System.nanoTime() + pause.toNanos() - until > 0 || !passes(away) || interrupted(pause)) {
                    throw away;
                }
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
    }

    private static boolean passes(RuntimeException fault) {
        return !(fault instanceof StatusRuntimeException told)
                || !FINAL.contains(told.getStatus().getCode());
    }

    private static boolean interrupted(Duration pause) {
        try {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
