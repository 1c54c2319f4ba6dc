package dev.berth.agent.runtime.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/** A container's own copy of its source. */
final class SourceView {
    private SourceView() {}

    /**
     * Copies a bundle. The container's user may be any, of the image alone, so all may write; nobody else comes through
     * the agent's folder to it.
     */
    static Path copy(Path source, Path into) throws IOException {
        try (Stream<Path> all = Files.walk(source)) {
            all.forEach(each -> {
                try {
                    copyOne(each, into.resolve(source.relativize(each).toString()));
                } catch (IOException fault) {
                    throw new UncheckedIOException(fault);
                }
            });
        } catch (UncheckedIOException fault) {
            throw fault.getCause();
        }
        return into;
    }

    private static void copyOne(Path from, Path to) throws IOException {
        if (Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(to);
            Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxrwxrwx"));
            return;
        }
        Files.copy(from, to, LinkOption.NOFOLLOW_LINKS);
        if (!Files.isSymbolicLink(to)) {
            Files.setPosixFilePermissions(
                    to, PosixFilePermissions.fromString(Files.isExecutable(from) ? "rwxrwxrwx" : "rw-rw-rw-"));
        }
    }

    static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> children = Files.list(path)) {
                for (Path child : children.toList()) {
                    delete(child);
                }
            }
        }
        Files.deleteIfExists(path);
    }
}
