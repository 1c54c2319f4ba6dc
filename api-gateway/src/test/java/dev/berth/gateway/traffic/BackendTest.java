package dev.berth.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackendTest {
    @Test
    void drainingOneRefusesClaimsAndCountsWhatEnds() {
        Backend backend = new Backend("c", "host", 1);
        assertThat(backend.claim()).isTrue();
        assertThat(backend.claim()).isTrue();
        backend.drain(9_000, 1_000);
        assertThat(backend.claim()).isFalse();
        assertThat(backend.release(Backend.End.FINISHED, 1_500)).isFalse();
        assertThat(backend.release(Backend.End.CUT, 2_000)).isTrue();
        assertThat(backend.drained(9_000)).isEqualTo(new Backend.Drain(2, 0, 1, 0, 1, 0, 1_000));
    }

    @Test
    void takenBackOneServesAgain() {
        Backend backend = new Backend("c", "host", 1);
        backend.claim();
        backend.drain(9_000, 1_000);
        backend.serve();
        assertThat(backend.claim()).isTrue();
        assertThat(backend.inFlight()).isEqualTo(2);
    }

    @Test
    void takenBackOneHasNoDeadlineAnyMore() {
        Backend backend = new Backend("c", "host", 1);
        backend.drain(9_000, 1_000);
        assertThat(backend.deadline()).isEqualTo(10_000);
        backend.serve();
        assertThat(backend.deadline()).isEqualTo(Long.MAX_VALUE);
        backend.drain(5_000, 20_000);
        assertThat(backend.deadline()).isEqualTo(25_000);
    }

    @ParameterizedTest
    @EnumSource(Backend.End.class)
    void lastOneToEndIsKnownHoweverItEnds(Backend.End how) {
        Backend backend = new Backend("c", "host", 1);
        backend.claim();
        backend.claim();
        backend.drain(9_000, 1_000);
        assertThat(backend.release(how, 2_000)).isFalse();
        assertThat(backend.release(how, 3_000)).isTrue();
    }

    @Test
    void noClaimSlipsInBehindADrain() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            Backend backend = new Backend("c", "host", 1);
            AtomicLong claimed = new AtomicLong();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    while (backend.claim()) {
                        claimed.incrementAndGet();
                    }
                }));
            }
            while (claimed.get() < 100) {
                Thread.onSpinWait();
            }
            backend.drain(1, 0);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(backend.drained(0).inFlightAtCutover())
                    .isEqualTo(claimed.get())
                    .isEqualTo(backend.inFlight());
        }
    }
}
