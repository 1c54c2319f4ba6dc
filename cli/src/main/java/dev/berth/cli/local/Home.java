package dev.berth.cli.local;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
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
        return new Home(
                Path.of(state).toAbsolutePath().normalize(),
                Path.of(root).toAbsolutePath().normalize());
    }

    public Path folder(String name) {
        try {
            return Files.createDirectories(state.resolve(name));
        } catch (IOException refused) {
            throw new UncheckedIOException(
                    state.resolve(name) + " can't be made: " + refused.getMessage()
                            + "; set BERTH_HOME to a folder that you may write to",
                    refused);
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

    /** A folder that nobody else looks into, also where it was made without that. */
    Path own(String name) throws IOException {
        return Files.setPosixFilePermissions(folder(name), PosixFilePermissions.fromString("rwx------"));
    }

    void write(String name, Properties properties) throws IOException {
        StringWriter text = new StringWriter();
        properties.store(text, null);
        write(name, text.toString());
    }

    /** For the owner's eyes alone, whole or not at all. */
    void write(String name, String text) throws IOException {
        own(".");
        Path file = state.resolve(name);
        Path next = own(state.relativize(file.getParent()).toString()).resolve(file.getFileName() + ".new");
        Files.deleteIfExists(next);
        Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
