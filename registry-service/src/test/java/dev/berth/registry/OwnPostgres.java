package dev.berth.registry;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A PostgreSQL with few connections, which a test may stop, start, freeze and kill. */
public final class OwnPostgres implements QuarkusTestResourceLifecycleManager {
    /** Of all clients together. */
    public static final int CONNECTIONS = 12;

    private static Path data;
    private static int port;
    private static EmbeddedPostgres postgres;

    @Override
    public Map<String, String> start() {
        try (ServerSocket free = new ServerSocket(0)) {
            data = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "postgres");
            port = free.getLocalPort();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
        begin();
        Map<String, String> settings = new HashMap<>(Database.SETTINGS);
        settings.put("BERTH_DATABASE_URL", "postgresql://127.0.0.1:" + port + "/postgres");
        return settings;
    }

    public static void begin() {
        try {
            postgres = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .setServerConfig("fsync", "off")
                    // What was answered is there after a kill.
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("max_connections", String.valueOf(CONNECTIONS))
                    .start();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    public static void end() {
        try {
            postgres.close();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    public static Connection connection() throws SQLException {
        return postgres.getPostgresDatabase().getConnection();
    }

    /** To the server's first process alone: it makes connections, and ends the others when it is told to end. */
    public static void signalFirst(String signal) {
        signal(signal, Stream.of(first()));
    }

    public static void signalAll(String signal) {
        signal(signal, Stream.concat(Stream.of(first()), first().descendants()));
    }

    private static ProcessHandle first() {
        try {
            return ProcessHandle.of(Long.parseLong(
                            Files.readAllLines(data.resolve("postmaster.pid")).getFirst()))
                    .orElseThrow();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static void signal(String signal, Stream<ProcessHandle> to) {
        List<String> pids = to.map(process -> String.valueOf(process.pid())).toList();
        try {
            new ProcessBuilder(Stream.concat(Stream.of("kill", "-" + signal), pids.stream())
                            .toList())
                    .start()
                    .waitFor();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        end();
    }
}
