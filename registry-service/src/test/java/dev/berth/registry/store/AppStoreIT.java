package dev.berth.registry.store;

import static dev.berth.registry.store.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.registry.Database;
import dev.berth.registry.Waiting;
import dev.berth.registry.app.App;
import dev.berth.registry.app.AppChange;
import dev.berth.registry.app.AppName;
import dev.berth.registry.app.AppSpec;
import dev.berth.registry.app.Kind;
import dev.berth.registry.app.Origin;
import dev.berth.registry.app.Version;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Database.class)
class AppStoreIT {
    private static final Instant DEPLOYED = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant STOPPED = Instant.parse("2026-01-02T00:00:00Z");
    private static final Instant COLLECTED = Instant.parse("2026-01-03T00:00:00Z");

    @Inject
    AppStore apps;

    @Inject
    OutboxStore outbox;

    private static AppSpec spec(String app, Map<String, String> env) {
        return Specs.spec(app, env, Specs.function("web", new Kind.Web(0, "/ready", "", Kind.Protocol.H2C), "run"));
    }

    private static AppStore.NewVersion deploy(String app) {
        return deploy(app, Map.of());
    }

    private static AppStore.NewVersion deploy(String app, Map<String, String> env) {
        return Specs.deploy(spec(app, env), DEPLOYED);
    }

    private Version created(AppStore.NewVersion wanted) {
        return ((AppStore.Added.Created) await(apps.add(wanted))).version();
    }

    private static AppName name(String app) {
        return new AppName("main", app);
    }

    private App app(String app) {
        return await(apps.find(name(app))).orElseThrow();
    }

    private Optional<App> stop(String app) {
        return await(apps.stop(name(app), "bob", STOPPED, COLLECTED));
    }

    private List<AppChange> changes(String app) {
        return await(outbox.oldest()).stream()
                .map(OutboxStore.Entry::change)
                .filter(change -> change.app().app().equals(app))
                .toList();
    }

    @Test
    void everyColumnComesBackAsItself() {
        AppSpec spec = spec("columns", Map.of("KEY", "value"));
        Version version = created(new AppStore.NewVersion(
                name("columns"), new Origin.Rollback(7), "ada", DEPLOYED, "a tag", "a commit", spec, "a digest", true));
        App app = app("columns");
        assertThat(app.life()).hasSize(36);
        assertThat(app).isEqualTo(new App(name("columns"), app.life(), 1, DEPLOYED, 1, Optional.empty()));
        assertThat(version)
                .isEqualTo(new Version(
                        name("columns"),
                        app.life(),
                        1,
                        new Origin.Rollback(7),
                        "ada",
                        DEPLOYED,
                        "a tag",
                        "a commit",
                        EncodedSpec.digested(spec),
                        "a digest"));
        assertThat(await(apps.version(name("columns"), 1))).contains(version);
        assertThat(await(apps.versions(name("columns")))).containsExactly(version);

        App stopped = stop("columns").orElseThrow();
        assertThat(stopped)
                .isEqualTo(app("columns"))
                .isEqualTo(new App(
                        name("columns"),
                        app.life(),
                        2,
                        DEPLOYED,
                        1,
                        Optional.of(new App.Stop(STOPPED, "bob", COLLECTED))));
        assertThat(await(apps.list("main"))).contains(stopped);
        assertThat(await(apps.listAll())).contains(stopped);
    }

    @Test
    void auditSaysWhoDidWhat() throws SQLException {
        created(deploy("audited"));
        stop("audited");
        try (Connection connection = Database.connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select at, user_name, action, environment, app, detail "
                        + "from registry.audit where app = 'audited' order by id")) {
            rows.next();
            assertThat(rows.getTimestamp("at").toInstant()).isEqualTo(DEPLOYED);
            assertThat(List.of(
                            rows.getString("user_name"),
                            rows.getString("action"),
                            rows.getString("environment"),
                            rows.getString("detail")))
                    .containsExactly("ada", "deploy", "main", "v1");
            rows.next();
            assertThat(rows.getTimestamp("at").toInstant()).isEqualTo(STOPPED);
            assertThat(List.of(
                            rows.getString("user_name"),
                            rows.getString("action"),
                            rows.getString("environment"),
                            rows.getString("detail")))
                    .containsExactly("bob", "stop", "main", "");
        }
    }

    @Test
    void everyChangeOfAnAppRaisesItsRevisionAndIsToldWithIt() {
        Version first = created(deploy("revised"));
        assertThat(app("revised").revision()).isEqualTo(1);
        created(deploy("revised", Map.of("A", "1")));
        assertThat(app("revised").revision()).isEqualTo(2);
        assertThat(stop("revised").orElseThrow().revision()).isEqualTo(3);
        assertThat(stop("revised").orElseThrow().revision())
                .as("it was stopped already")
                .isEqualTo(3);
        created(deploy("revised"));
        App revived = app("revised");
        assertThat(revived.revision()).isEqualTo(4);
        assertThat(revived.stop()).isEmpty();
        assertThat(revived.life()).isEqualTo(first.life());
        assertThat(changes("revised")).extracting(AppChange::revision).containsExactly(1L, 2L, 3L, 4L);
        assertThat(changes("revised")).extracting(AppChange::newest).containsExactly(1, 2, 2, 3);
        assertThat(changes("revised")).extracting(AppChange::life).containsOnly(first.life());
        assertThat(changes("revised")).extracting(AppChange::app).containsOnly(name("revised"));
    }

    @Test
    void nameThatIsUsedAgainIsAnotherLife() {
        Version before = created(deploy("reused"));
        stop("reused");
        await(apps.collect(COLLECTED.minusMillis(1)));
        assertThat(await(apps.find(name("reused")))).isPresent();
        assertThat(await(apps.collect(COLLECTED))).isPositive();
        assertThat(await(apps.find(name("reused")))).isEmpty();
        AppChange gone = changes("reused").getLast();
        assertThat(gone.newest()).isZero();
        assertThat(gone.life()).isEqualTo(before.life());
        assertThat(gone.revision()).isEqualTo(3);

        Version after = created(deploy("reused"));
        assertThat(after.number()).isEqualTo(1);
        assertThat(after.life()).isNotEqualTo(before.life());
        assertThat(app("reused").life()).isEqualTo(after.life());
        assertThat(app("reused").revision()).isEqualTo(1);
    }

    private static AppStore.Copy copy(String app, int version, int chosenAt) {
        return new AppStore.Copy(name(app), version, chosenAt, "bob", STOPPED);
    }

    private static Version copied(Version older, int number, Origin origin) {
        return new Version(
                older.app(),
                older.life(),
                number,
                origin,
                "bob",
                STOPPED,
                older.tag(),
                older.commit(),
                older.spec(),
                older.specDigest());
    }

    @Test
    void copyHasTheOldersSpecAndSaysWhatItIs() {
        Version first = created(deploy("copied", Map.of("N", "1")));
        created(deploy("copied", Map.of("N", "2")));
        Version back = ((AppStore.Added.Created) await(apps.add(copy("copied", 1, 2)))).version();
        assertThat(back).isEqualTo(copied(first, 3, new Origin.Rollback(1)));
        Version over = ((AppStore.Added.Created) await(apps.add(copy("copied", 0, 0)))).version();
        assertThat(over).isEqualTo(copied(first, 4, new Origin.Rollover()));
        assertThat(changes("copied")).extracting(AppChange::newest).containsExactly(1, 2, 3, 4);
    }

    @Test
    void copyOfWhatIsNotThereMakesNothing() {
        created(deploy("uncopied"));
        created(deploy("uncopied"));
        assertThat(await(apps.add(copy("uncopied", 7, 0)))).isEqualTo(new AppStore.Added.NoVersion(2));
        assertThat(await(apps.add(copy("uncopied", 1, 1)))).isEqualTo(new AppStore.Added.Overtaken(2));
        assertThat(app("uncopied").newest()).isEqualTo(2);
        stop("uncopied");
        await(apps.collect(COLLECTED));
        assertThat(await(apps.add(copy("uncopied", 0, 0)))).isEqualTo(new AppStore.Added.NoApp());
        assertThat(await(apps.find(name("uncopied")))).isEmpty();
    }

    /** The deploy finds the row, waits for its lock, and gets it when the row is gone. */
    @Test
    void deployAtTheInstantOfACollectionMakesANewLife() throws Exception {
        Version before = created(deploy("collected"));
        stop("collected");
        try (Connection connection = Database.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select from registry.app where name = 'collected' for update");
            CompletableFuture<Version> deployed = CompletableFuture.supplyAsync(() -> created(deploy("collected")));
            Waiting.untilSomebodyWaitsForALock();
            statement.execute("delete from registry.app where name = 'collected'");
            connection.commit();
            Version after = deployed.get(10, TimeUnit.SECONDS);
            assertThat(after.number()).isEqualTo(1);
            assertThat(after.life()).isNotEqualTo(before.life());
        }
    }
}
