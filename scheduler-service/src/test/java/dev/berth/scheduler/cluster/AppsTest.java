package dev.berth.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.AppName;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AppsTest {
    private static final AppName NAME = new AppName("main", "demo");
    private static final AppId FIRST = new AppId("main", "demo", "life-1");
    private static final AppId SECOND = new AppId("main", "demo", "life-2");
    private final Apps apps = new Apps();

    private static AppHead head(AppId id, long revision, int newest, String stopped) {
        return new AppHead(id, revision, newest, Optional.ofNullable(stopped));
    }

    @Test
    void listThatWasReadBeforeADeployDoesNotTakeItBack() {
        long beforeIt = apps.ask();
        apps.hear(head(FIRST, 1, 1, null), apps.ask());
        assertThat(apps.absent(NAME, beforeIt))
                .as("the list knew nothing of it")
                .isEmpty();
        assertThat(apps.absent(NAME, apps.ask()))
                .as("a later list does not, either")
                .isPresent();
    }

    @Test
    void olderWordOfTheSameLifeIsIgnoredThoughItComesLater() {
        apps.hear(head(FIRST, 1, 1, null), apps.ask());
        long list = apps.ask();
        apps.hear(head(FIRST, 3, 2, null), apps.ask());
        assertThat(apps.hear(head(FIRST, 2, 1, "ada"), list)).isEqualTo(new Apps.Heard.Nothing());
        assertThat(apps.get(FIRST).state().stopped()).isEmpty();
    }

    @Test
    void newerWordOfTheSameLifeCountsThoughItWasAskedForEarlier() {
        apps.hear(head(FIRST, 1, 1, null), apps.ask());
        long list = apps.ask();
        apps.hear(head(FIRST, 2, 2, null), apps.ask());
        assertThat(apps.hear(head(FIRST, 3, 2, "ada"), list)).isEqualTo(new Apps.Heard.Changed(FIRST));
    }

    @Test
    void nameThatIsUsedAgainIsAnotherApp() {
        apps.hear(head(FIRST, 7, 5, "ada"), apps.ask());
        assertThat(apps.hear(head(SECOND, 1, 1, null), apps.ask())).isEqualTo(new Apps.Heard.Reborn(FIRST, SECOND));
        assertThat(apps.current(NAME)).contains(apps.get(SECOND));
        assertThat(apps.get(FIRST).retired()).isTrue();
        assertThat(apps.get(SECOND).lacks()).as("its first version is fetched").hasValue(1);
    }

    @Test
    void listThatStillNamesTheLifeBeforeChangesNothing() {
        apps.hear(head(FIRST, 7, 5, "ada"), apps.ask());
        long list = apps.ask();
        apps.hear(head(SECOND, 1, 1, null), apps.ask());
        assertThat(apps.hear(head(FIRST, 7, 5, "ada"), list)).isEqualTo(new Apps.Heard.Nothing());
        assertThat(apps.current(NAME)).contains(apps.get(SECOND));
    }

    @Test
    void registryThatWasRestoredIsBelievedWhenAskedAnew() {
        apps.hear(head(FIRST, 7, 5, null), apps.ask());
        assertThat(apps.hear(head(FIRST, 4, 3, "ada"), apps.ask())).isEqualTo(new Apps.Heard.Changed(FIRST));
    }
}
