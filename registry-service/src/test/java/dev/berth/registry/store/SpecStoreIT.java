package dev.berth.registry.store;

import static dev.berth.registry.store.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.AppSpec;
import dev.berth.protocol.v1.FunctionSpec;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionKind;
import dev.berth.protocol.v1.VersionRef;
import dev.berth.protocol.v1.WebSpec;
import dev.berth.registry.Database;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.migration.Context;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Database.class)
class SpecStoreIT {
    private static final Instant NOW = Instant.parse("2026-02-01T00:00:00Z");

    @Inject
    AppStore apps;

    @Inject
    SpecStore specs;

    private static FunctionSpec function(String name, String... command) {
        return FunctionSpec.newBuilder()
                .setName(name)
                .setWeb(WebSpec.newBuilder().setLabel("label-of-" + name))
                .addAllCommand(java.util.List.of(command))
                .build();
    }

    private Version deploy(String app, AppSpec spec) {
        AppStore.Added added = await(apps.add(
                new AppStore.NewVersion("main", app, VersionKind.DEPLOY, 0, "ada", NOW, "", "", spec, "digest", true)));
        return ((AppStore.Added.Created) added).version();
    }

    private static AppSpec spec(String app, FunctionSpec... functions) {
        return AppSpec.newBuilder()
                .setApp(app)
                .addAllFunctions(java.util.List.of(functions))
                .build();
    }

    private boolean present(String digest) {
        return await(specs.find(digest)).isPresent();
    }

    private void collect(String app) {
        await(apps.stop(AppRef.newBuilder().setEnvironment("main").setApp(app).build(), "ada", NOW, NOW));
        await(apps.collect(NOW));
    }

    @Test
    void versionIsStoredWithTheDigestsOfItsFunctionsAndTheirBytes() {
        AppSpec spec = spec("digested", function("a", "run", "a"), function("b", "run", "b"));
        Version version = deploy("digested", spec);
        assertThat(version.getSpec()).isEqualTo(EncodedSpec.digested(spec));
        for (FunctionSpec function : spec.getFunctionsList()) {
            EncodedSpec encoded = EncodedSpec.of(spec, function);
            assertThat(await(specs.find(encoded.digest())))
                    .hasValueSatisfying(
                            bytes -> assertThat(bytes).isEqualTo(encoded.data().toByteArray()));
        }
        Version copy = deploy("digested", version.getSpec());
        assertThat(copy.getSpec()).as("the same containers will do").isEqualTo(version.getSpec());
    }

    @Test
    void specStaysForAsLongAsSomeAppHasIt() {
        FunctionSpec shared = function("shared", "run", "shared");
        FunctionSpec own = function("own", "run", "own");
        Version one = deploy("sharer-1", spec("sharer-1", shared, own));
        Version two = deploy(
                "sharer-2",
                spec(
                        "sharer-2",
                        shared.toBuilder().setWeb(WebSpec.getDefaultInstance()).build()));
        String digest = two.getSpec().getFunctions(0).getDigest();
        assertThat(one.getSpec().getFunctions(0).getDigest()).isEqualTo(digest);
        collect("sharer-1");
        assertThat(present(digest)).isTrue();
        assertThat(present(one.getSpec().getFunctions(1).getDigest())).isFalse();
        collect("sharer-2");
        assertThat(present(digest)).isFalse();
    }

    @Test
    void migrationRanAtTheStart() throws SQLException {
        try (Connection connection = Database.connection();
                PreparedStatement statement = connection.prepareStatement(
                        "select success from registry.flyway_schema_history where version = '4'");
                ResultSet rows = statement.executeQuery()) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getBoolean("success")).isTrue();
        }
    }

    @Test
    void versionFromBeforeTheMigrationGetsItsDigests() throws Exception {
        AppSpec spec = spec("old", function("web", "run", "old"), function("twin", "run", "old"));
        Version version = deploy("old", spec);
        String digest = version.getSpec().getFunctions(0).getDigest();
        try (Connection connection = Database.connection()) {
            execute(connection, "delete from registry.version_spec where app = 'old'");
            execute(connection, "delete from registry.container_spec where digest = ?", digest);
            execute(connection, "update registry.version set spec = ? where app = 'old'", spec.toByteArray());
            connection.setAutoCommit(false);
            new V4__DigestVersions().migrate(new Migration(connection));
            connection.commit();
        }
        assertThat(await(apps.version(VersionRef.newBuilder()
                        .setEnvironment("main")
                        .setApp("old")
                        .setVersion(1)
                        .build())))
                .contains(version);
        deploy("collected-beside-old", spec("collected-beside-old", function("beside", "run", "beside")));
        collect("collected-beside-old");
        assertThat(present(digest)).as("the old version has it").isTrue();
        assertThat(deploy("old", version.getSpec()).getVersion()).isEqualTo(2);
        collect("old");
        assertThat(present(digest)).as("it went with its app").isFalse();
    }

    private record Migration(Connection connection) implements Context {
        @Override
        public Configuration getConfiguration() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Connection getConnection() {
            return connection;
        }
    }

    private static void execute(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }
}
