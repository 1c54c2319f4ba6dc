package dev.berth.registry.store;

import dev.berth.registry.app.AppSpec;
import dev.berth.registry.app.FunctionSpec;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

/** Adds digests to the versions that were stored before functions had any: a rollback to one of them needs them. */
class V4__DigestVersions extends BaseJavaMigration {
    private static final int ROWS_AT_ONCE = 20;

    @Override
    public void migrate(Context context) throws Exception {
        Connection connection = context.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(ROWS_AT_ONCE);
            try (ResultSet rows =
                    statement.executeQuery("select environment, app, version, spec from registry.version")) {
                while (rows.next()) {
                    digest(
                            connection,
                            rows.getString("environment"),
                            rows.getString("app"),
                            rows.getInt("version"),
                            StoredSpec.parse(rows.getBytes("spec")).toDomain());
                }
            }
        }
    }

    private static void digest(Connection connection, String environment, String app, int version, AppSpec spec)
            throws SQLException {
        execute(
                connection,
                "update registry.version set spec = ? where environment = ? and app = ? and version = ?",
                StoredSpec.of(EncodedSpec.digested(spec)).message().toByteArray(),
                environment,
                app,
                version);
        for (FunctionSpec function : spec.functions()) {
            EncodedSpec encoded = EncodedSpec.of(spec, function);
            execute(
                    connection,
                    "insert into registry.container_spec (digest, data) values (?, ?) on conflict do nothing",
                    encoded.digest(),
                    encoded.data().toByteArray());
            execute(
                    connection,
                    "insert into registry.version_spec (environment, app, version, digest) "
                            + "values (?, ?, ?, ?) on conflict do nothing",
                    environment,
                    app,
                    version,
                    encoded.digest());
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
