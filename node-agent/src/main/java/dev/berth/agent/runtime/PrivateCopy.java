package dev.berth.agent.runtime;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * A container's own copy of a bundle. The bundle is of all versions and containers with its digest, and of every rollback
 * to them: modes would not protect it from a container that runs as root. File systems that can share the blocks.
 */
final class PrivateCopy {
    private PrivateCopy() {}

    /**
     * Copies a folder; links stay links, files keep their times.
     *
     * @param into is made; where copying fails, nothing of it stays
     * @param readOnly nobody but root can write to it
     */
    static Path of(Path bundle, Path into, boolean readOnly) throws IOException {
        try {
            Files.walkFileTree(bundle, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                        throws IOException {
                    Files.createDirectory(at(folder));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Path copy = at(file);
                    Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
                    if (!readOnly && attributes.isRegularFile()) {
                        Set<PosixFilePermission> mode = EnumSet.copyOf(Files.getPosixFilePermissions(copy));
                        mode.add(PosixFilePermission.OWNER_WRITE);
                        Files.setPosixFilePermissions(copy, mode);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, IOException fault) throws IOException {
                    if (readOnly) {
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
            ContainerFolder.delete(into);
            throw fault;
        }
    }
}
