package dev.berth.agent.runtime;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Folders with all that is in them. */
public final class FileTree {
    private static final Logger LOG = Logger.getLogger(FileTree.class);
    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rwx------");

    /** Who can write to a copy, beside root. */
    public enum Writers {
        NOBODY,
        OWNER,
        /** For users that this host does not know: an image has its own. */
        EVERYBODY
    }

    private FileTree() {}

    /**
     * Makes a container's own copy of a bundle. The bundle is of all versions and containers with its digest, and of every
     * rollback to them: modes would not protect it from a container that runs as root. Links stay links, files keep their
     * times; file systems that can share the blocks.
     *
     * @param into is made; where copying fails, nothing of it stays
     */
    public static Path copy(Path bundle, Path into, Writers writers) throws IOException {
        try {
            Files.walkFileTree(bundle, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                        throws IOException {
                    Files.createDirectory(at(folder));
                    if (writers == Writers.EVERYBODY) {
                        Files.setPosixFilePermissions(at(folder), PosixFilePermissions.fromString("rwxrwxrwx"));
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Path copy = at(file);
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
                    if (attributes.isRegularFile()) {
                        allow(writers, copy);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, IOException fault) throws IOException {
                    if (writers == Writers.NOBODY) {
                        Files.setPosixFilePermissions(at(folder), PosixFilePermissions.fromString("r-xr-xr-x"));
                    }
                    return super.postVisitDirectory(folder, fault);
                }

                private Path at(Path original) {
                    return into.resolve(bundle.relativize(original).toString());
                }
            });
            return into;
        } catch (IOException fault) {
            delete(into);
            throw fault;
        }
    }

    private static void allow(Writers writers, Path file) throws IOException {
        Set<PosixFilePermission> mode = EnumSet.copyOf(Files.getPosixFilePermissions(file));
        switch (writers) {
            case NOBODY -> {
                return;
            }
            case OWNER -> mode.add(PosixFilePermission.OWNER_WRITE);
            case EVERYBODY ->
                mode.addAll(Set.of(
                        PosixFilePermission.OWNER_WRITE,
                        PosixFilePermission.GROUP_WRITE,
                        PosixFilePermission.OTHERS_WRITE));
        }
        Files.setPosixFilePermissions(file, mode);
    }

    /** Deletes a folder, whatever its container made of it; one that is not there is deleted already. */
    public static void delete(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.setPosixFilePermissions(path, OWNERS);
            } catch (IOException notOurs) {
                LOG.debugf("%s: %s", path, notOurs.toString());
            }
            try (Stream<Path> children = Files.list(path)) {
                for (Path child : children.toList()) {
                    delete(child);
                }
            }
        }
        try {
            Files.deleteIfExists(path);
        } catch (NoSuchFileException gone) {
            // A command that is ending may have deleted its own file.
        }
    }
}
