package dev.berth.registry;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** A PostgreSQL of its own for the registry under test, which runs without a bus and with no timers. */
public final class Database implements QuarkusTestResourceLifecycleManager {
    /** Beside where PostgreSQL is. */
    static final Map<String, String> SETTINGS = Map.of(
            "berth.nats.url",
            "nats://127.0.0.1:1",
            "berth.key.own",
            "key",
            "quarkus.scheduler.enabled",
            "false",
            "quarkus.http.test-port",
            "0");

    private static EmbeddedPostgres postgres;

    @Override
    public Map<String, String> start() {
        try {
            postgres =
                    EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("BERTH_DATABASE_URL", "postgresql://127.0.0.1:" + postgres.getPort() + "/postgres");
        return settings;
    }

    /** Beside the registry's own ones. */
    public static Connection connection() throws SQLException {
        return postgres.getPostgresDatabase().getConnection();
    }

    /** Nobody sends events in these tests, and some look for theirs among the oldest. */
    public static void forgetEvents() throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement()) {
            statement.execute("delete from registry.outbox");
        }
    }

    @Override
    public void stop() {
        try {
            postgres.close();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
