package dev.berth.registry.store;

import static dev.berth.registry.store.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.registry.Database;
import dev.berth.registry.app.AppName;
import dev.berth.registry.app.AppSpec;
import dev.berth.registry.app.Serving;
import dev.berth.registry.app.Version;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Instant;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Database.class)
class LabelIT {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant COLLECTED = Instant.parse("2126-03-01T00:00:00Z");

    @Inject
    AppStore apps;

    private AppStore.Added add(String app, String function, String label) {
        return await(apps.add(Specs.deploy(Specs.spec(app, Specs.web(function, label, "run")), NOW))
                .onFailure(AppStore.LabelTakenException.class)
                .retry()
                .atMost(1));
    }

    private Version deploy(String app, String label) {
        return ((AppStore.Added.Created) add(app, "web", label)).version();
    }

    private static AppName name(String app) {
        return new AppName("main", app);
    }

    private void live(String app, String life, int version) {
        await(apps.reportLive(new Serving(name(app), life, version)));
    }

    private void stop(String app) {
        await(apps.stop(name(app), "ada", NOW, COLLECTED));
    }

    private void assertTaken(String label, String owner, boolean stopped) {
        assertThat(add("taker-of-" + label, "web", label))
                .isEqualTo(new AppStore.Added.LabelTaken(label, name(owner), stopped));
        assertThat(await(apps.find(name("taker-of-" + label))))
                .as("nothing half-done is left")
                .isEmpty();
    }

    private void assertFree(String label) {
        assertThat(add("taker-of-" + label, "web", label)).isInstanceOf(AppStore.Added.Created.class);
    }

    @Test
    void versionsThatNeverWentLiveDoNotFreeTheLabelOfTheOneThatServes() {
        String life = deploy("victim", "shop").life();
        live("victim", life, 1);
        deploy("victim", "");
        deploy("victim", "");
        assertTaken("shop", "victim", false);
        live("victim", life, 1);
        assertTaken("shop", "victim", false);
        live("victim", life, 3);
        assertFree("shop");
    }

    @Test
    void withoutWordOfTheSchedulerNoLabelIsFreed() {
        deploy("unheard", "unheard-label");
        for (int i = 0; i < 3; i++) {
            deploy("unheard", "");
        }
        assertTaken("unheard-label", "unheard", false);
        stop("unheard");
        assertTaken("unheard-label", "unheard", true);
    }

    @Test
    void labelOfAVersionThatMayStillGoLiveIsKept() {
        String life = deploy("overtaken", "").life();
        live("overtaken", life, 1);
        deploy("overtaken", "midway");
        deploy("overtaken", "");
        live("overtaken", life, 2);
        assertTaken("midway", "overtaken", false);
        live("overtaken", life, 3);
        live("overtaken", life, 2);
        assertFree("midway");
    }

    @Test
    void labelsOfAStoppedAppAreFreeWhenNothingOfItServes() {
        String life = deploy("stopped", "stopped-label").life();
        live("stopped", life, 1);
        stop("stopped");
        assertTaken("stopped-label", "stopped", true);
        live("stopped", life, 0);
        live("stopped", life, 0);
        assertFree("stopped-label");
        assertThat(add("stopped", "web", "stopped-label")).isInstanceOf(AppStore.Added.LabelTaken.class);
    }

    @Test
    void wordOfTheEndThatComesAfterARevivalFreesOnlyWhatWasBefore() {
        String life = deploy("revived", "before").life();
        live("revived", life, 1);
        stop("revived");
        deploy("revived", "after");
        deploy("revived", "");
        live("revived", life, 0);
        assertFree("before");
        assertTaken("after", "revived", false);
    }

    @Test
    void reportsAboutAnotherLifeOrAVersionThatIsNotThereChangeNothing() {
        String life = deploy("lively", "lively-label").life();
        deploy("lively", "");
        live("lively", "00000000-0000-0000-0000-000000000000", 2);
        live("lively", "", 2);
        live("lively", life, 3);
        live("nobody", life, 1);
        assertTaken("lively-label", "lively", false);
    }

    @Test
    void twoWaysToOneLabelHaveOneOwner() {
        assertThat(add("a-b", "c", "")).isInstanceOf(AppStore.Added.Created.class);
        assertThat(add("a", "b-c", "")).isEqualTo(new AppStore.Added.LabelTaken("a-b-c", name("a-b"), false));
    }

    @Test
    void ofTwoAppsThatClaimOneLabelAtTheSameInstantOneGetsIt() {
        for (int i = 0; i < 10; i++) {
            String label = "race-" + i;
            var both = await(Uni.join()
                    .all(
                            racer(Specs.spec("one-" + i, Specs.web("web", label, "run"))),
                            racer(Specs.spec("two-" + i, Specs.web("web", label, "run"))))
                    .andFailFast());
            assertThat(both)
                    .hasAtLeastOneElementOfType(AppStore.Added.Created.class)
                    .hasAtLeastOneElementOfType(AppStore.Added.LabelTaken.class);
        }
    }

    private Uni<AppStore.Added> racer(AppSpec spec) {
        return Uni.createFrom()
                .item(spec)
                .emitOn(io.smallrye.mutiny.infrastructure.Infrastructure.getDefaultExecutor())
                .map(wanted -> await(apps.add(Specs.deploy(wanted, NOW))
                        .onFailure(AppStore.LabelTakenException.class)
                        .retry()
                        .atMost(1)));
    }
}
