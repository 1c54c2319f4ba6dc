package dev.berth.cli.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, from the binaries that Maven Central has, and an empty database for new homes to copy. They
 * belong to the build, a folder for each version, so that an old home meets the programs that its Berth was built with.
 */
record PostgresPrograms(Path folder, String version) {
    private static final String BINARIES = "/postgres-linux-x86_64.txz";
    private static final long PATIENCE_SECONDS = 120;

    /** Unpacked where they are not. */
    static PostgresPrograms of(Home home) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = PostgresPrograms.class.getResourceAsStream("postgres.properties")) {
            properties.load(in);
        }
        String version = properties.getProperty("version");
        Path built = home.root().resolve("cli/target");
        Path place = built.resolve("postgres/" + version);
        // Built by somebody else, and never started by them.
        if (!Files.isDirectory(place) && !Files.isWritable(built)) {
            place = home.state().resolve("postgres-" + version);
        }
        PostgresPrograms programs = new PostgresPrograms(place, version);
        if (!Files.isDirectory(place)) {
            programs.unpack();
        }
        return programs;
    }

    String major() {
        return version.substring(0, version.indexOf('.'));
    }

    /** PostgreSQL refuses to run as root; in a user namespace of its own it is nobody, with our right to our files. */
    List<String> command(String program, String... arguments) {
        List<String> whole = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            whole.addAll(List.of("unshare", "-U"));
        }
        whole.add(folder.resolve("bin/" + program).toString());
        whole.addAll(List.of(arguments));
        return whole;
    }

    /** Runs one of them to its end, with this on its standard input. */
    void run(List<String> command, Path input, Path log) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(input.toFile())
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("PostgreSQL could not set up its data folder:\n" + Files.readString(log));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            process.destroyForcibly();
        }
    }

    /** An empty database in this folder, a copy of the one that was made first. */
    void emptyDatabase(Path into, Path log) throws IOException {
        Path template = folder.resolveSibling(folder.getFileName() + "-empty");
        if (!Files.exists(template) && Files.isWritable(template.getParent())) {
            Path next = Files.createTempDirectory(template.getParent(), "empty");
            init(next, log);
            place(next, template);
        }
        if (Files.isReadable(template)) {
            copy(template, into);
        } else {
            init(into, log);
        }
    }

    private void init(Path data, Path log) throws IOException {
        Path secret = Files.createTempFile(data.getParent(), "pw", "");
        try {
            // Nobody's: each home sets its own.
            Files.writeString(secret, UUID.randomUUID().toString());
            run(
                    command(
                            "initdb",
                            "-D",
                            data.toString(),
                            "-U",
                            "postgres",
                            "-A",
                            "scram-sha-256",
                            "--pwfile",
                            secret.toString(),
                            "--no-sync",
                            "-E",
                            "UTF8",
                            "--locale=C"),
                    Path.of("/dev/null"),
                    log);
        } finally {
            Files.delete(secret);
        }
    }

    private static void copy(Path from, Path into) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : all.toList()) {
                if (!one.equals(from)) {
                    Files.copy(one, into.resolve(from.relativize(one)), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private void unpack() throws IOException {
        try (InputStream packed = PostgresPrograms.class.getResourceAsStream(BINARIES)) {
            if (packed == null || !System.getProperty("os.arch").equals("amd64")) {
                throw new IOException(
                        "there are no PostgreSQL binaries for this kind of machine: set BERTH_DATABASE_URL "
                                + "to a PostgreSQL of yours");
            }
            Path next = Files.createTempDirectory(Files.createDirectories(folder.getParent()), "new");
            unpack(new TarArchiveInputStream(new XZInputStream(packed)), next);
            // For every user of this build; a temporary folder is its maker's alone.
            Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rwxr-xr-x"));
            place(next, folder);
        }
    }

    /** Whole or not at all; another `up` may have been faster. */
    private static void place(Path next, Path place) throws IOException {
        try {
            Files.move(next, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException there) {
            if (!Files.isDirectory(place)) {
                throw there;
            }
        }
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
                    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
        }
    }
}
