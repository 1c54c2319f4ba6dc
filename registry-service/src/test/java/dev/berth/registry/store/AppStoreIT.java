package dev.berth.registry.store;

import static dev.berth.registry.store.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.AppEvent;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.AppSpec;
import dev.berth.protocol.v1.FunctionSpec;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionKind;
import dev.berth.protocol.v1.VersionRef;
import dev.berth.protocol.v1.WebSpec;
import dev.berth.registry.Database;
import dev.berth.registry.Waiting;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
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

    private static AppSpec spec(String app, String... env) {
        AppSpec.Builder spec = AppSpec.newBuilder()
                .setApp(app)
                .addFunctions(FunctionSpec.newBuilder()
                        .setName("web")
                        .setWeb(WebSpec.newBuilder().setReadiness("/ready"))
                        .addCommand("run")
                        .setMinContainers(1));
        for (int i = 0; i < env.length; i += 2) {
            spec.putEnv(env[i], env[i + 1]);
        }
        return spec.build();
    }

    private static AppStore.NewVersion deploy(AppSpec spec) {
        return new AppStore.NewVersion(
                "main",
                spec.getApp(),
                VersionKind.DEPLOY,
                0,
                "ada",
                DEPLOYED,
                "a tag",
                "a commit",
                spec,
                "digest of " + spec.hashCode(),
                true);
    }

    private Version created(AppStore.NewVersion wanted) {
        AppStore.Added added = await(apps.add(wanted));
        assertThat(added).isInstanceOf(AppStore.Added.Created.class);
        return ((AppStore.Added.Created) added).version();
    }

    private static AppRef ref(String app) {
        return AppRef.newBuilder().setEnvironment("main").setApp(app).build();
    }

    private App app(String name) {
        return await(apps.find(ref(name))).orElseThrow();
    }

    private Optional<App> stop(String name) {
        return await(apps.stop(ref(name), "bob", STOPPED, COLLECTED));
    }

    private List<AppEvent> events(String app) {
        return await(outbox.oldest()).stream()
                .map(OutboxStore.Entry::event)
                .filter(event -> event.getApp().equals(app))
                .toList();
    }

    @Test
    void everyColumnComesBackAsItself() {
        Version version = created(new AppStore.NewVersion(
                "main",
                "columns",
                VersionKind.ROLLBACK,
                7,
                "ada",
                DEPLOYED,
                "a tag",
                "a commit",
                spec("columns", "KEY", "value"),
                "a digest",
                true));
        assertThat(version.getEnvironment()).isEqualTo("main");
        assertThat(version.getApp()).isEqualTo("columns");
        assertThat(version.getVersion()).isEqualTo(1);
        assertThat(version.getKind()).isEqualTo(VersionKind.ROLLBACK);
        assertThat(version.getRollbackOf()).isEqualTo(7);
        assertThat(version.getDeployedBy()).isEqualTo("ada");
        assertThat(version.getDeployedAt()).isEqualTo(DEPLOYED.toEpochMilli());
        assertThat(version.getTag()).isEqualTo("a tag");
        assertThat(version.getCommit()).isEqualTo("a commit");
        assertThat(version.getSpec().getEnvMap()).containsEntry("KEY", "value");
        assertThat(version.getSpecDigest()).isEqualTo("a digest");
        assertThat(await(apps.version(VersionRef.newBuilder()
                        .setEnvironment("main")
                        .setApp("columns")
                        .setVersion(1)
                        .build())))
                .contains(version);
        assertThat(await(apps.versions(ref("columns")))).containsExactly(version);

        App app = app("columns");
        assertThat(app.getEnvironment()).isEqualTo("main");
        assertThat(app.getName()).isEqualTo("columns");
        assertThat(app.getCreatedAt()).isEqualTo(DEPLOYED.toEpochMilli());
        assertThat(app.getNewestVersion()).isEqualTo(1);
        assertThat(app.getStopped()).isFalse();
        assertThat(app.getLife()).isEqualTo(version.getLife()).hasSize(36);

        App stopped = stop("columns").orElseThrow();
        assertThat(stopped).isEqualTo(app("columns"));
        assertThat(stopped.getStopped()).isTrue();
        assertThat(stopped.getStoppedAt()).isEqualTo(STOPPED.toEpochMilli());
        assertThat(stopped.getStoppedBy()).isEqualTo("bob");
        assertThat(stopped.getCollectAt()).isEqualTo(COLLECTED.toEpochMilli());
        assertThat(await(apps.list("main"))).contains(stopped);
        assertThat(await(apps.listAll())).contains(stopped);
    }

    @Test
    void auditSaysWhoDidWhat() throws SQLException {
        created(deploy(spec("audited")));
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
        Version first = created(deploy(spec("revised")));
        assertThat(app("revised").getRevision()).isEqualTo(1);
        created(deploy(spec("revised", "A", "1")));
        assertThat(app("revised").getRevision()).isEqualTo(2);
        assertThat(stop("revised").orElseThrow().getRevision()).isEqualTo(3);
        assertThat(stop("revised").orElseThrow().getRevision())
                .as("it was stopped already")
                .isEqualTo(3);
        created(deploy(spec("revised")));
        App revived = app("revised");
        assertThat(revived.getRevision()).isEqualTo(4);
        assertThat(revived.getStopped()).isFalse();
        assertThat(revived.getLife()).isEqualTo(first.getLife());
        assertThat(events("revised")).extracting(AppEvent::getRevision).containsExactly(1L, 2L, 3L, 4L);
        assertThat(events("revised")).extracting(AppEvent::getNewestVersion).containsExactly(1, 2, 2, 3);
        assertThat(events("revised")).extracting(AppEvent::getLife).containsOnly(first.getLife());
        assertThat(events("revised")).extracting(AppEvent::getEnvironment).containsOnly("main");
    }

    @Test
    void nameThatIsUsedAgainIsAnotherLife() {
        Version before = created(deploy(spec("reused")));
        stop("reused");
        await(apps.collect(COLLECTED.minusMillis(1)));
        assertThat(await(apps.find(ref("reused")))).isPresent();
        assertThat(await(apps.collect(COLLECTED))).isPositive();
        assertThat(await(apps.find(ref("reused")))).isEmpty();
        AppEvent gone = events("reused").getLast();
        assertThat(gone.getNewestVersion()).isZero();
        assertThat(gone.getLife()).isEqualTo(before.getLife());
        assertThat(gone.getRevision()).isEqualTo(3);

        Version after = created(deploy(spec("reused")));
        assertThat(after.getVersion()).isEqualTo(1);
        assertThat(after.getLife()).isNotEqualTo(before.getLife());
        assertThat(app("reused").getLife()).isEqualTo(after.getLife());
        assertThat(app("reused").getRevision()).isEqualTo(1);
    }

    private static AppStore.Copy copy(String app, int version, int chosenAt) {
        return new AppStore.Copy("main", app, version, chosenAt, "bob", STOPPED);
    }

    @Test
    void copyHasTheOldersSpecAndSaysWhatItIs() {
        Version first = created(deploy(spec("copied", "N", "1")));
        created(deploy(spec("copied", "N", "2")));
        Version back = ((AppStore.Added.Created) await(apps.add(copy("copied", 1, 2)))).version();
        assertThat(back)
                .isEqualTo(first.toBuilder()
                        .setVersion(3)
                        .setKind(VersionKind.ROLLBACK)
                        .setRollbackOf(1)
                        .setDeployedBy("bob")
                        .setDeployedAt(STOPPED.toEpochMilli())
                        .build());
        Version over = ((AppStore.Added.Created) await(apps.add(copy("copied", 0, 0)))).version();
        assertThat(over)
                .isEqualTo(back.toBuilder()
                        .setVersion(4)
                        .setKind(VersionKind.ROLLOVER)
                        .clearRollbackOf()
                        .build());
        assertThat(events("copied")).extracting(AppEvent::getNewestVersion).containsExactly(1, 2, 3, 4);
    }

    @Test
    void copyOfWhatIsNotThereMakesNothing() {
        created(deploy(spec("uncopied")));
        created(deploy(spec("uncopied")));
        assertThat(await(apps.add(copy("uncopied", 7, 0)))).isEqualTo(new AppStore.Added.NoVersion(2));
        assertThat(await(apps.add(copy("uncopied", 1, 1)))).isEqualTo(new AppStore.Added.Overtaken(2));
        assertThat(app("uncopied").getNewestVersion()).isEqualTo(2);
        stop("uncopied");
        await(apps.collect(COLLECTED));
        assertThat(await(apps.add(copy("uncopied", 0, 0)))).isEqualTo(new AppStore.Added.NoApp());
        assertThat(await(apps.find(ref("uncopied")))).isEmpty();
    }

    /** The deploy finds the row, waits for its lock, and gets it when the row is gone. */
    @Test
    void deployAtTheInstantOfACollectionMakesANewLife() throws Exception {
        Version before = created(deploy(spec("collected")));
        stop("collected");
        try (Connection connection = Database.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select from registry.app where name = 'collected' for update");
            CompletableFuture<Version> deployed =
                    CompletableFuture.supplyAsync(() -> created(deploy(spec("collected"))));
            Waiting.untilSomebodyWaitsForALock();
            statement.execute("delete from registry.app where name = 'collected'");
            connection.commit();
            Version after = deployed.get(10, TimeUnit.SECONDS);
            assertThat(after.getVersion()).isEqualTo(1);
            assertThat(after.getLife()).isNotEqualTo(before.getLife());
        }
    }
}
