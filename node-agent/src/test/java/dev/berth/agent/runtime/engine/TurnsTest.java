package dev.berth.agent.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final AtomicInteger inside = new AtomicInteger();

    private Void enter(String what) {
        seen.add(what + " beside " + inside.getAndIncrement());
        return null;
    }

    private boolean leave() {
        inside.decrementAndGet();
        return true;
    }

    private void endsAndStarts(Turns turns) {
        try (ExecutorService together = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                together.submit(() -> {
                    turns.end(() -> enter("end"), this::leave);
                    return null;
                });
                together.submit(() -> {
                    turns.start(() -> {
                        seen.add("start beside " + inside.get());
                        return null;
                    });
                    return null;
                });
            }
        }
    }

    @Test
    void anOldEnginesContainersEndOneAfterTheOtherAndWhileNoneStarts() {
        endsAndStarts(new Turns(ApiVersion.parse("1.41")));
        assertThat(seen).hasSize(100).allMatch(each -> each.endsWith(" beside 0"));
    }

    @Test
    void oneThatTakesItsTimeLetsTheNextOneBegin() throws Exception {
        Turns turns = new Turns(ApiVersion.parse("1.41"));
        AtomicBoolean signalled = new AtomicBoolean();
        turns.end(() -> null, () -> false);
        turns.end(
                () -> {
                    signalled.set(true);
                    return null;
                },
                () -> true);
        assertThat(signalled).isTrue();
    }

    @Test
    void newerEngineIsNotWaitedFor() throws Exception {
        Turns turns = new Turns(ApiVersion.parse("1.42"));
        CountDownLatch other = new CountDownLatch(1);
        try (ExecutorService together = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = together.submit(() -> {
                turns.end(
                        () -> {
                            await(other);
                            return null;
                        },
                        () -> true);
                return null;
            });
            turns.end(
                    () -> {
                        other.countDown();
                        return null;
                    },
                    () -> true);
            assertThat(first.get()).isNull();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
