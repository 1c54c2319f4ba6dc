package dev.berth.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.protocol.given.GivenDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a user hears of a PostgreSQL of their own, from a real server. */
@Timeout(30)
@Execution(ExecutionMode.CONCURRENT)
class DatabaseUrlIT {
    private static final Path ROOT =
            Path.of(System.getProperty("berth.root", "..")).toAbsolutePath().normalize();

    @TempDir
    static Path folder;

    private static int port;
    private static Child server;

    @BeforeAll
    static void start() throws Exception {
        port = Ports.free();
        Home home = new Home(folder, ROOT);
        server = new Child(Postgres.part(home, port, "secret"), home, System.out::println);
        server.start();
        server.awaitReady(Duration.ofSeconds(60));
        try (Connection own = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "secret");
                Statement statement = own.createStatement()) {
            statement.execute("create user guest password 'se:cr@et'");
        }
    }

    @AfterAll
    static void end() throws IOException {
        server.stop(Duration.ofSeconds(10));
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(String url) {
        return assertThatThrownBy(() -> DatabaseUrl.parse(url).check())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("BERTH_DATABASE_URL")
                .hasMessageNotContaining("secret");
    }

    private static String at(String who, String database) {
        return "postgresql://" + who + "@127.0.0.1:" + port + "/" + database;
    }

    @Test
    void goodServerIsTaken() throws IOException {
        DatabaseUrl.parse(at("postgres:secret", "postgres")).check();
    }

    @Test
    void wrongPasswordOrUserIsSaid() {
        assertRefused(at("postgres:wrong", "postgres"))
                .hasMessageContaining(
                        "PostgreSQL at postgresql://127.0.0.1:" + port + "/postgres refuses user postgres");
        assertRefused(at("nobody:wrong", "postgres")).hasMessageContaining("refuses user nobody");
        assertRefused(at("postgres", "postgres")).hasMessageContaining("refuses user postgres", "password is an empty");
    }

    @Test
    void missingDatabaseIsSaid() {
        assertRefused(at("postgres:secret", "nowhere"))
                .hasMessageContaining("there is no such database at", "/nowhere");
    }

    @Test
    void userWhoMayNotMakeSchemasIsRefused() {
        assertRefused(at("guest:se%3Acr%40et", "postgres"))
                .hasMessageContaining("user guest may not make schemas", "grant create");
    }

    @Test
    void nobodyThereIsSaid() throws IOException {
        try (Socket held = new Socket()) {
            // Nobody listens there, and nobody else is given it.
            held.bind(new InetSocketAddress("127.0.0.1", 0));
            assertRefused("postgresql://a:secret@127.0.0.1:" + held.getLocalPort() + "/x")
                    .hasMessageContaining("no PostgreSQL answers at postgresql://127.0.0.1");
        }
        assertRefused("postgresql://a:secret@no-such-host.invalid/x").hasMessageContaining("no PostgreSQL answers at");
    }

    @Test
    void whoAcceptsAndSaysNothingIsNoPostgres() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertRefused("postgresql://a:secret@127.0.0.1:" + silent.getLocalPort() + "/x")
                    .hasMessageContaining("no PostgreSQL answers at");
        }
    }

    @Test
    void olderServerOrAStandbyIsRefused() {
        GivenDatabase database =
                new GivenDatabase("postgresql://127.0.0.1:" + port + "/postgres", "postgres", "secret");
        assertThat(database.problem(13, false, true))
                .hasValueSatisfying(
                        problem -> assertThat(problem.sentence()).contains("names a PostgreSQL 13", "14 or newer"));
        assertThat(database.problem(14, true, true))
                .hasValueSatisfying(problem -> assertThat(problem.sentence()).contains("only repeats another"));
        assertThat(database.problem(14, false, true)).isEmpty();
    }

    @Test
    void whatIsNoUrlIsSaid() throws IOException {
        for (String bad : new String[] {"localhost:5432", "http://a/b", "postgresql://a b/c", "postgresql://host"}) {
            assertRefused(bad).as(bad).hasMessageContaining("like postgresql://user:password@host:5432/database");
        }
        assertThat(DatabaseUrl.parse("postgres://u:p@db.example/x?sslmode=require"))
                .isEqualTo(new DatabaseUrl("postgresql://db.example:5432/x?sslmode=require", "u", "p"));
    }
}
