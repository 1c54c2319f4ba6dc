package dev.berth.cli.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL from the binaries that Maven Central has, with its data in the state folder. */
final class Postgres {
    private static final String BINARIES = "/postgres-linux-x86_64.txz";

    private Postgres() {}

    static Part part(Home home, int port, String password) throws IOException {
        Path programs = programs(home);
        Path data = home.state().resolve("postgres-data");
        if (!Files.exists(data)) {
            Path next = Files.createTempDirectory(home.folder("."), "postgres-data-new");
            init(home, programs, next, password);
            Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
        }
        List<String> command = asUser(programs.resolve("bin/postgres").toString(), "-D", data.toString(), "-p",
                String.valueOf(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c",
                "max_connections=60", "-c", "shared_buffers=32MB");
        // SIGINT is PostgreSQL's fast shutdown: it ends sessions instead of waiting for them.
        return new Part("postgres", command, Map.of(), Optional.empty(), port, "INT", home.log("postgres"));
    }

    /** PostgreSQL refuses to run as root; in a user namespace of its own it is nobody, with our right to our files. */
    private static List<String> asUser(String... command) {
        List<String> whole = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            whole.add("unshare");
            whole.add("-U");
        }
        whole.addAll(List.of(command));
        return whole;
    }

    private static void init(Home home, Path programs, Path data, String password) throws IOException {
        Path secret = Files.createTempFile(home.state(), "pw", "");
        Path log = home.log("postgres-init");
        try {
            Files.writeString(secret, password);
            Process init = new ProcessBuilder(asUser(programs.resolve("bin/initdb").toString(), "-D", data.toString(),
                    "-U", "postgres", "-A", "scram-sha-256", "--pwfile", secret.toString(), "-E", "UTF8", "--locale=C"))
                    .redirectErrorStream(true).redirectOutput(log.toFile()).start();
            if (!init.waitFor(120, TimeUnit.SECONDS) || init.exitValue() != 0) {
                throw new IOException("PostgreSQL could not set up its data folder:\n" + Files.readString(log));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            Files.delete(secret);
        }
    }

    private static Path programs(Home home) throws IOException {
        Path place = home.state().resolve("postgres");
        if (Files.isDirectory(place)) {
            return place;
        }
        Path next = Files.createTempDirectory(home.folder("."), "postgres-new");
        try (InputStream packed = Postgres.class.getResourceAsStream(BINARIES)) {
            if (packed == null || !System.getProperty("os.arch").equals("amd64")) {
                throw new IOException(
                        "there are no PostgreSQL binaries for this kind of machine: set BERTH_DATABASE_URL "
                                + "to a PostgreSQL of yours");
            }
            unpack(new TarArchiveInputStream(new XZInputStream(packed)), next);
        }
        Files.move(next, place, StandardCopyOption.ATOMIC_MOVE);
        return place;
    }

    private static void unpack(TarArchiveInputStream archive, Path into) throws IOException {
        for (TarArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
            Path target = into.resolve(entry.getName()).normalize();
            if (entry.isDirectory()) {
                Files.createDirectories(target);
            } else if (entry.isSymbolicLink()) {
                Files.createDirectories(target.getParent());
                Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            } else {
                Files.createDirectories(target.getParent());
                Files.copy(archive, target);
                if ((entry.getMode() & 0100) != 0) {
                    Set<PosixFilePermission> mode = EnumSet.copyOf(Files.getPosixFilePermissions(target));
                    mode.add(PosixFilePermission.OWNER_EXECUTE);
                    Files.setPosixFilePermissions(target, mode);
                }
            }
        }
    }
}
