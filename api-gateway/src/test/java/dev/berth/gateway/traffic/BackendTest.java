package dev.berth.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BackendTest {
    private static final Counts ROUTE =
            new Account().function("main", "app", "web").counts(1);

    @Test
    void drainingOneRefusesClaimsAndCountsWhatEnds() {
        Backend backend = new Backend(ROUTE.function, "c", "host", 1);
        Claim first = backend.claim(ROUTE);
        Claim second = backend.claim(ROUTE);
        backend.drain(9_000, 1_000);
        assertThat(backend.claim(ROUTE)).isNull();
        assertThat(first.end(Backend.End.FINISHED, 1_500)).isFalse();
        assertThat(second.end(Backend.End.CUT, 2_000)).isTrue();
        assertThat(backend.drained(9_000)).isEqualTo(new Backend.Drain(2, 0, 1, 0, 1, 0, 1_000));
    }

    @Test
    void takenBackOneServesAgain() {
        Backend backend = new Backend(ROUTE.function, "c", "host", 1);
        backend.claim(ROUTE);
        backend.drain(9_000, 1_000);
        backend.serve();
        assertThat(backend.claim(ROUTE)).isNotNull();
        assertThat(backend.inFlight()).isEqualTo(2);
    }

    @Test
    void takenBackOneHasNoDeadlineAnyMore() {
        Backend backend = new Backend(ROUTE.function, "c", "host", 1);
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
        Backend backend = new Backend(ROUTE.function, "c", "host", 1);
        Claim first = backend.claim(ROUTE);
        Claim second = backend.claim(ROUTE);
        backend.drain(9_000, 1_000);
        assertThat(first.end(how, 2_000)).isFalse();
        assertThat(second.end(how, 3_000)).isTrue();
    }

    @Test
    void noClaimSlipsInBehindADrain() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            Backend backend = new Backend(ROUTE.function, "c", "host", 1);
            AtomicLong claimed = new AtomicLong();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    while (backend.claim(ROUTE) != null) {
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

    @Test
    void oneThatTakesNoConnectionsIsSetAsideForLongerEachTimeUpToTwoSeconds() {
        Backend backend = new Backend(ROUTE.function, "c", "host", 1);
        assertThat(backend.aside(0)).isFalse();
        long now = 1_000;
        for (int aside : new int[] {100, 200, 400, 800, 1_600, 2_000, 2_000}) {
            assertThat(backend.unreachable(now)).as("news").isEqualTo(aside == 100);
            assertThat(backend.aside(now + aside - 1)).isTrue();
            now += aside;
            assertThat(backend.aside(now)).isFalse();
        }
        assertThat(backend.reached()).isTrue();
        assertThat(backend.reached()).isFalse();
        assertThat(backend.unreachable(now)).isTrue();
        assertThat(backend.aside(now + 99)).isTrue();
        assertThat(backend.aside(now + 100)).isFalse();
    }

    /** A hundred requests that were refused together are one failure of the container. */
    @Test
    void connectionsThatFailWhileItIsSetAsideDoNotProlongThat() {
        Backend backend = new Backend(ROUTE.function, "c", "host", 1);
        for (int i = 0; i < 100; i++) {
            assertThat(backend.unreachable(1_000 + i)).isEqualTo(i == 0);
        }
        assertThat(backend.aside(1_100)).isFalse();
    }

    @Test
    void oneThatIsReachedWhileSetAsideIsChosenAtOnce() {
        Backend backend = new Backend(ROUTE.function, "c", "host", 1);
        backend.unreachable(1_000);
        assertThat(backend.reached()).isTrue();
        assertThat(backend.aside(1_000)).isFalse();
    }
}
