package dev.berth.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LiveFunctionTest {
    private final AtomicInteger ofApp = new AtomicInteger();
    private final LiveFunction function = new LiveFunction("main", "app", "web", ofApp);
    private final List<String> woken = new ArrayList<>();

    private LiveFunction.Parked park(String who, long since) {
        return function.park(() -> woken.add(who), since, 1_000);
    }

    @Test
    void whoCameFirstIsCalledFirstAlsoWhenItWaitsAgain() {
        LiveFunction.Parked first = park("first", 10);
        park("second", 20);
        park("third", 20);
        first.leave();
        park("first again", 10);
        function.wakeParked();
        assertThat(woken).containsExactly("first again", "second", "third");
        function.wakeParked();
        assertThat(woken).as("each once").hasSize(3);
    }

    @Test
    void whoLeavesIsNotCalledAndLeavesOnce() {
        LiveFunction.Parked gone = park("gone", 10);
        park("there", 10);
        gone.leave();
        gone.leave();
        assertThat(function.parked()).isEqualTo(1);
        assertThat(ofApp).hasValue(1);
        function.wakeParked();
        gone.leave();
        assertThat(woken).containsExactly("there");
        assertThat(ofApp).hasValue(0);
    }

    /** As a request does that finds the same routes again. */
    @Test
    void whoWaitsAgainWhenCalledIsNotCalledAgain() {
        function.park(() -> park("again", 10), 10, 1_000);
        function.wakeParked();
        assertThat(woken).isEmpty();
        assertThat(function.parked()).isEqualTo(1);
    }

    @Test
    void longestStayIsThatOfWhoCameFirst() {
        assertThat(function.longestParkedMillis(99)).isZero();
        park("later", 30);
        LiveFunction.Parked first = park("first", 10);
        assertThat(function.longestParkedMillis(100)).isEqualTo(90);
        first.leave();
        assertThat(function.longestParkedMillis(100)).isEqualTo(70);
    }

    @Test
    void boundOfTheAppIsSharedWithItsOtherFunctions() {
        LiveFunction other = new LiveFunction("main", "app", "admin", ofApp);
        assertThat(other.park(() -> {}, 0, 1)).isNotNull();
        assertThat(function.park(() -> {}, 0, 1)).isNull();
        assertThat(function.park(() -> {}, 0, 2)).isNotNull();
        assertThat(ofApp).hasValue(2);
    }

    /** Whoever is woken does not leave, and whoever leaves is not woken; none is lost, none counts twice. */
    @Test
    void eachIsWokenOrLeavesWhateverHappensTogether() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        AtomicInteger coming = new AtomicInteger(3);
        for (int i = 0; i < 3; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int n = 0; n < 2_000; n++) {
                    LiveFunction.Parked parked = function.park(calls::incrementAndGet, n, 10_000);
                    if (n % 2 == 0) {
                        parked.leave();
                    }
                }
                coming.decrementAndGet();
            }));
        }
        while (coming.get() > 0) {
            function.wakeParked();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        function.wakeParked();
        assertThat(calls.get()).isBetween(3_000, 6_000);
        assertThat(function.parked()).isZero();
        assertThat(ofApp).hasValue(0);
    }
}
