package dev.berth.cli.local;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;

/**
 * Where everything of a local Berth lies: the one folder with its state, and the folder with its programs.
 *
 * @param state BERTH_HOME, or {@code .berth} beside the launcher
 * @param root the project's folder
 */
public record Home(Path state, Path root) {

    /** Told by the launcher. */
    public static Home ofEnvironment() {
        String root = System.getenv().getOrDefault("BERTH_ROOT", ".");
        String state = System.getenv().getOrDefault("BERTH_HOME", root + "/.berth");
        return new Home(Path.of(state).toAbsolutePath().normalize(), Path.of(root).toAbsolutePath().normalize());
    }

    public Path folder(String name) {
        try {
            return Files.createDirectories(state.resolve(name));
        } catch (IOException refused) {
            throw new UncheckedIOException(state.resolve(name) + " can't be made: " + refused.getMessage()
                    + "; set BERTH_HOME to a folder that you may write to", refused);
        }
    }

    public Path log(String name) {
        return folder("logs").resolve(name + ".log");
    }

    /** Server and token of this machine's Berth; empty where there is none. */
    public Properties profile() {
        return read(state.resolve("profile"));
    }

    Properties secrets() {
        return read(state.resolve("secrets"));
    }

    private static Properties read(Path file) {
        Properties properties = new Properties();
        if (Files.isReadable(file)) {
            try (Reader in = Files.newBufferedReader(file)) {
                properties.load(in);
            } catch (IOException fault) {
                throw new UncheckedIOException(fault);
            }
        }
        return properties;
    }

    /** For the owner's eyes alone, whole or not at all. */
    void write(String name, Properties properties) throws IOException {
        Path next = folder(".").resolve(name + ".new");
        Files.deleteIfExists(next);
        Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (Writer out = Files.newBufferedWriter(next, StandardCharsets.UTF_8)) {
            properties.store(out, null);
        }
        Files.move(next, state.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
