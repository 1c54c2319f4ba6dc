package dev.berth.scheduler.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.Ending;
import dev.berth.scheduler.fleet.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrashesTest {
    private static final Ending CRASH = new Ending.Crashed("exit status 1");

    @Test
    void pausesDoubleUpToAMinute() {
        List<Long> pauses = new ArrayList<>();
        Crashes crashes = null;
        for (int i = 0; i < 9; i++) {
            crashes = Crashes.next(crashes, Scene.starting("c", 1, "web"), CRASH, Scene.NOW);
            pauses.add(Duration.between(Scene.NOW, crashes.retryAt()).toMillis());
        }
        assertThat(pauses).containsExactly(500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 60_000L, 60_000L);
    }

    @Test
    void oneThatWasReadyForAMinuteBeginsTheCountAnew() {
        Crashes twice = new Crashes(2, CRASH, Scene.NOW);
        var container = Scene.ready("c", 1, "web").seen(new Seen.Ready(new Address("h", 1), Scene.NOW));
        assertThat(Crashes.next(twice, container, CRASH, Scene.NOW.plusSeconds(60))
                        .count())
                .isEqualTo(3);
        assertThat(Crashes.next(twice, container, CRASH, Scene.NOW.plusSeconds(61))
                        .count())
                .isEqualTo(1);
    }
}
