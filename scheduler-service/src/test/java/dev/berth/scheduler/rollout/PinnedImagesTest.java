package dev.berth.scheduler.rollout;

import static dev.berth.scheduler.rollout.Scene.NOW;
import static dev.berth.scheduler.rollout.Scene.draining;
import static dev.berth.scheduler.rollout.Scene.imaged;
import static dev.berth.scheduler.rollout.Scene.ready;
import static dev.berth.scheduler.rollout.Scene.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.scheduler.fleet.Ending;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a version's images are decides too. */
class PinnedImagesTest {
    /** Version 3 repeats version 1, a container of which still drains. */
    private static Scene rollback() {
        return new Scene()
                .newest(3)
                .live(2)
                .rolling(3)
                .versions(
                        version(1, imaged("web", "a", "web:3")),
                        version(2, imaged("web", "b", "web:3")),
                        version(3, imaged("web", "a", "web:3")))
                .containers(draining("c1", 1, "web", 5), ready("c2", 2, "web"));
    }

    @Test
    void containerOfTheSameImageIsTakenBack() {
        assertThat(rollback()
                        .pinned(1, "web:3", "web@sha256:1")
                        .pinned(3, "web:3", "web@sha256:1")
                        .actions())
                .contains(new Action.TakeBack("c1", 3))
                .doesNotContain(new Action.Start(3, "web"));
    }

    @Test
    void containerOfAnotherImageIsNotTakenBackThoughItsSpecIsTheSame() {
        assertThat(rollback()
                        .pinned(1, "web:3", "web@sha256:1")
                        .pinned(3, "web:3", "web@sha256:2")
                        .actions())
                .contains(new Action.Start(3, "web"))
                .doesNotContain(new Action.TakeBack("c1", 3));
    }

    @Test
    void nothingIsTakenBackWhileItIsNotKnownWhichImageTheVersionHas() {
        assertThat(rollback().pinned(1, "web:3", "web@sha256:1").actions())
                .contains(new Action.Start(3, "web"))
                .doesNotContain(new Action.TakeBack("c1", 3));
        assertThat(rollback().actions()).as("of neither").doesNotContain(new Action.TakeBack("c1", 3));
    }

    @Test
    void ownContainerIsTakenBackWhateverIsKnownOfItsImage() {
        assertThat(new Scene()
                        .newest(1)
                        .live(1)
                        .ended(1)
                        .versions(version(1, imaged("web", "a", "web:3")))
                        .containers(draining("c1", 1, "web", 5))
                        .actions())
                .containsExactly(new Action.TakeBack("c1", 1));
    }

    @Test
    void hopelessContainerFailsARolloutAtOnce() {
        Ending refused = new Ending.Hopeless("registry r has no such image");
        assertThat(new Scene()
                        .newest(1)
                        .rolling(1)
                        .versions(version(1, imaged("web", "a", "web:3")))
                        .crashed(1, "web", 1, refused, NOW)
                        .actions())
                .containsExactly(new Action.Fail(new Failure.Hopeless("web", "registry r has no such image")));
    }

    @Test
    void hopelessReplacementOfWhatIsLiveIsTriedAgainAfterItsPause() {
        Ending refused = new Ending.Hopeless("registry r has no such image");
        Scene scene = new Scene()
                .newest(1)
                .live(1)
                .ended(1)
                .versions(version(1, imaged("web", "a", "web:3")))
                .crashed(1, "web", 1, refused, NOW.plus(Duration.ofSeconds(1)));
        assertThat(scene.decision().actions()).isEmpty();
        assertThat(scene.decision().wakeAt()).contains(NOW.plus(Duration.ofSeconds(1)));
        assertThat(scene.crashed(1, "web", 1, refused, NOW).actions()).containsExactly(new Action.Start(1, "web"));
    }
}
