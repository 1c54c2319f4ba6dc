package dev.berth.registry.store;

import static dev.berth.registry.store.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.registry.Database;
import dev.berth.registry.app.AppName;
import dev.berth.registry.app.AppSpec;
import dev.berth.registry.app.FunctionSpec;
import dev.berth.registry.app.Version;
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
        return Specs.web(name, "label-of-" + name, command);
    }

    private Version deploy(AppSpec spec) {
        return ((AppStore.Added.Created) await(apps.add(Specs.deploy(spec, NOW)))).version();
    }

    private boolean present(String digest) {
        return await(specs.find(digest)).isPresent();
    }

    private void collect(String app) {
        await(apps.stop(new AppName("main", app), "ada", NOW, NOW));
        await(apps.collect(NOW));
    }

    @Test
    void versionIsStoredWithTheDigestsOfItsFunctionsAndTheirBytes() {
        AppSpec spec = Specs.spec("digested", function("a", "run", "a"), function("b", "run", "b"));
        Version version = deploy(spec);
        assertThat(version.spec()).isEqualTo(EncodedSpec.digested(spec));
        for (FunctionSpec function : spec.functions()) {
            EncodedSpec encoded = EncodedSpec.of(spec, function);
            assertThat(await(specs.find(encoded.digest())))
                    .hasValueSatisfying(
                            bytes -> assertThat(bytes).isEqualTo(encoded.data().toByteArray()));
        }
        Version copy = deploy(version.spec());
        assertThat(copy.spec()).as("the same containers will do").isEqualTo(version.spec());
    }

    @Test
    void specStaysForAsLongAsSomeAppHasIt() {
        FunctionSpec shared = function("shared", "run", "shared");
        FunctionSpec own = function("own", "run", "own");
        Version one = deploy(Specs.spec("sharer-1", shared, own));
        Version two = deploy(Specs.spec("sharer-2", Specs.web("shared", "", "run", "shared")));
        String digest = two.spec().functions().get(0).digest();
        assertThat(one.spec().functions().get(0).digest()).isEqualTo(digest);
        collect("sharer-1");
        assertThat(present(digest)).isTrue();
        assertThat(present(one.spec().functions().get(1).digest())).isFalse();
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
        AppSpec spec = Specs.spec("old", function("web", "run", "old"), function("twin", "run", "old"));
        Version version = deploy(spec);
        String digest = version.spec().functions().get(0).digest();
        try (Connection connection = Database.connection()) {
            execute(connection, "delete from registry.version_spec where app = 'old'");
            execute(connection, "delete from registry.container_spec where digest = ?", digest);
            execute(
                    connection,
                    "update registry.version set spec = ? where app = 'old'",
                    StoredSpec.of(spec).message().toByteArray());
            connection.setAutoCommit(false);
            new V4__DigestVersions().migrate(new Migration(connection));
            connection.commit();
        }
        assertThat(await(apps.version(new AppName("main", "old"), 1))).contains(version);
        deploy(Specs.spec("collected-beside-old", function("beside", "run", "beside")));
        collect("collected-beside-old");
        assertThat(present(digest)).as("the old version has it").isTrue();
        assertThat(deploy(version.spec()).number()).isEqualTo(2);
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
