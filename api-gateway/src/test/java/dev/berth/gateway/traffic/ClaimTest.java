package dev.berth.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClaimTest {
    private final LiveFunction function = new LiveFunction("main", "app", "web", new AtomicInteger());
    private final Backend backend = new Backend(function, "c", "host", 1);

    @Test
    void claimThatHasEndedGivesNoOtherSlotBack() {
        Claim claim = backend.claim(function.counts(1));
        assertThat(claim.backend()).isSameAs(backend);
        backend.claim(function.counts(1));
        claim.end(Backend.End.FINISHED, 0);
        assertThatThrownBy(() -> claim.end(Backend.End.CUT, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a claim on c ends a second time");
        assertThat(backend.inFlight()).isEqualTo(1);
        assertThat(function.inFlight()).isEqualTo(1);
    }

    @Test
    void functionCountsTheClaimsOnAllItsContainers() {
        Backend old = new Backend(function, "old", "host", 2);
        Claim first = old.claim(function.counts(1));
        Claim second = backend.claim(function.counts(1));
        old.drain(9_000, 0);
        assertThat(old.claim(function.counts(1))).isNull();
        assertThat(function.inFlight()).isEqualTo(2);
        first.end(Backend.End.CUT, 1);
        second.end(Backend.End.FINISHED, 1);
        assertThat(function.inFlight()).isZero();
    }

    @Test
    void ofManyWhoEndAClaimTogetherOneDoes() throws Exception {
        for (int round = 0; round < 200; round++) {
            Claim claim = backend.claim(function.counts(1));
            AtomicInteger ended = new AtomicInteger();
            together(4, thread -> {
                try {
                    claim.end(Backend.End.FINISHED, 0);
                    ended.incrementAndGet();
                } catch (IllegalStateException late) {
                    assertThat(late).hasMessageContaining("c ends a second time");
                }
            });
            assertThat(ended).hasValue(1);
            assertThat(backend.inFlight()).isZero();
        }
    }

    /** Whatever claims and ends beside a drain: each that was in flight when it began is in its receipt, once. */
    @Test
    void receiptAddsUpWhateverEndsWhileTheDrainBegins() throws Exception {
        Backend.End[] hows = Backend.End.values();
        for (int round = 0; round < 200; round++) {
            Backend container = new Backend(function, "c", "host", 1);
            AtomicLong claimed = new AtomicLong();
            AtomicLong ended = new AtomicLong();
            AtomicInteger last = new AtomicInteger();
            together(4, thread -> {
                if (thread == 0) {
                    while (claimed.get() < 50) {
                        Thread.onSpinWait();
                    }
                    container.drain(60_000, 0);
                    return;
                }
                List<Claim> held = new ArrayList<>();
                int how = thread;
                for (Claim claim = container.claim(function.counts(1));
                        claim != null;
                        claim = container.claim(function.counts(1))) {
                    claimed.incrementAndGet();
                    held.add(claim);
                    if (held.size() > 8) {
                        end(held.removeFirst(), hows[how++ % hows.length], last);
                        ended.incrementAndGet();
                    }
                }
                for (Claim claim : held) {
                    end(claim, hows[how++ % hows.length], last);
                    ended.incrementAndGet();
                }
            });
            Backend.Drain drain = container.drained(1);
            assertThat(ended.get()).isEqualTo(claimed.get());
            assertThat(drain.inFlight()).isZero();
            assertThat(drain.finished() + drain.abandoned() + drain.cut() + drain.dropped())
                    .isEqualTo(drain.inFlightAtCutover());
            assertThat(drain.inFlightAtCutover())
                    .as("each thread holds up to nine")
                    .isBetween(0L, 27L);
            assertThat(last).as("the last one is known, once").hasValue(1);
            assertThat(function.inFlight()).isZero();
        }
    }

    private static void end(Claim claim, Backend.End how, AtomicInteger last) {
        if (claim.end(how, 1)) {
            last.incrementAndGet();
        }
    }

    private interface Part {
        void run(int thread) throws Exception;
    }

    private static void together(int threads, Part part) throws Exception {
        CyclicBarrier begin = new CyclicBarrier(threads);
        List<Throwable> faults = new ArrayList<>();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int thread = i;
            all.add(Thread.ofPlatform().start(() -> {
                try {
                    begin.await();
                    part.run(thread);
                } catch (Throwable fault) {
                    synchronized (faults) {
                        faults.add(fault);
                    }
                }
            }));
        }
        for (Thread thread : all) {
            thread.join();
        }
        assertThat(faults).isEmpty();
    }
}
