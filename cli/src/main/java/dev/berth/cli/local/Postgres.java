package dev.berth.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/** PostgreSQL, with its data in the state folder. */
final class Postgres {
    private Postgres() {}

    static Part part(Home home, int port, String password) throws IOException {
        PostgresPrograms programs = PostgresPrograms.of(home);
        Path data = home.state().resolve("postgres-data");
        if (Files.exists(data)) {
            checkVersion(programs, data);
        } else {
            make(home, programs, data, password);
        }
        // SIGINT is PostgreSQL's fast shutdown: it ends sessions instead of waiting for them.
        return new Part(
                "postgres",
                programs.command(
                        "postgres",
                        "-D",
                        data.toString(),
                        "-p",
                        String.valueOf(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "max_connections=60",
                        "-c",
                        "shared_buffers=32MB"),
                Map.of(),
                Optional.of("postgresql://127.0.0.1:" + port),
                port,
                "INT",
                home.log("postgres"));
    }

    /** Data of one major version is not another's to read. */
    private static void checkVersion(PostgresPrograms programs, Path data) throws IOException {
        String written = Files.readString(data.resolve("PG_VERSION")).strip();
        if (!written.equals(programs.major())) {
            throw new IOException("the database in " + data + " is of PostgreSQL " + written
                    + ", and this Berth brings PostgreSQL " + programs.major() + ": run it with a PostgreSQL " + written
                    + " of yours and set BERTH_DATABASE_URL to that, or move the folder away to begin anew");
        }
    }

    private static void make(Home home, PostgresPrograms programs, Path data, String password) throws IOException {
        Path next = Files.createTempDirectory(home.folder("."), "postgres-data-new");
        Path log = home.log("postgres-init");
        Path secret = Files.createTempFile(home.state(), "pw", "");
        try {
            programs.emptyDatabase(next, log);
            Files.writeString(secret, "alter user postgres password '" + password + "'\n");
            programs.run(programs.command("postgres", "--single", "-D", next.toString(), "postgres"), secret, log);
            // Nothing of it may be in memory alone once somebody relies on it.
            programs.run(programs.command("initdb", "--sync-only", "-D", next.toString()), Path.of("/dev/null"), log);
        } finally {
            Files.delete(secret);
        }
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
    }
}
