package dev.berth.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A folder as an uncompressed tar archive whose bytes depend on nothing but its files' names, contents and executable
 * bits: the same source has the same digest on every machine.
 *
 * @param file the archive, to be deleted after use
 * @param digest lower-case hex SHA-256 of the archive
 */
public record SourceBundle(Path file, String digest, int files, long bytes) implements AutoCloseable {

    /**
     * Packs a folder.
     *
     * @param most bytes that the files may have together
     * @throws BerthException where a link leads out of the folder, or the files are over the limit
     */
    public static SourceBundle of(Path folder, long most) throws IOException {
        Path root = folder.toRealPath();
        Path ignoreFile = root.resolve(".berthignore");
        Ignore ignore = new Ignore(Files.exists(ignoreFile) ? Files.readAllLines(ignoreFile) : List.of());
        Path file = Files.createTempFile("berth-source", ".tar");
        MessageDigest digest = sha256();
        Packer packer = new Packer(root, ignore, most);
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            packer.add(root, tar);
        } catch (IOException | RuntimeException fault) {
            Files.deleteIfExists(file);
            throw fault;
        }
        return new SourceBundle(file, HexFormat.of().formatHex(digest.digest()), packer.files, Files.size(file));
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }

    private static final class Packer {
        private final Path root;
        private final Ignore ignore;
        private final long most;
        private int files;
        private long bytes;

        Packer(Path root, Ignore ignore, long most) {
            this.root = root;
            this.ignore = ignore;
            this.most = most;
        }

        void add(Path folder, TarArchiveOutputStream tar) throws IOException {
            try (Stream<Path> children = Files.list(folder)) {
                for (Path child : children.sorted().toList()) {
                    Path relative = root.relativize(child);
                    boolean isFolder = Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS);
                    if (ignore.matches(relative, isFolder)) {
                        continue;
                    }
                    if (Files.isSymbolicLink(child)) {
                        link(child, relative, tar);
                    } else if (isFolder) {
                        add(child, tar);
                    } else if (Files.isRegularFile(child)) {
                        file(child, relative, tar);
                    }
                }
            }
        }

        private void link(Path link, Path relative, TarArchiveOutputStream tar) throws IOException {
            Path target = Files.readSymbolicLink(link);
            Path real = link.getParent().resolve(target).normalize();
            if (target.isAbsolute() || !real.startsWith(root)) {
                throw new BerthException(
                        0,
                        relative + " is a link out of the source folder, to " + target
                                + "; replace it by what it links to, or name it in .berthignore",
                        List.of());
            }
            TarArchiveEntry entry = new TarArchiveEntry(name(relative), TarConstants.LF_SYMLINK);
            entry.setLinkName(target.toString());
            put(entry, tar);
            tar.closeArchiveEntry();
        }

        private void file(Path file, Path relative, TarArchiveOutputStream tar) throws IOException {
            long size = Files.size(file);
            bytes += size;
            if (bytes > most) {
                throw new BerthException(
                        0,
                        "the source folder has over " + (most >> 20) + " MiB (at " + relative
                                + "); name what is not needed in .berthignore",
                        List.of());
            }
            TarArchiveEntry entry = new TarArchiveEntry(name(relative));
            entry.setSize(size);
            entry.setMode(Files.isExecutable(file) ? 0100755 : 0100644);
            put(entry, tar);
            Files.copy(file, tar);
            tar.closeArchiveEntry();
        }

        private void put(TarArchiveEntry entry, TarArchiveOutputStream tar) throws IOException {
            entry.setModTime(0L);
            entry.setIds(0, 0);
            entry.setNames("", "");
            tar.putArchiveEntry(entry);
            files++;
        }

        private static String name(Path relative) {
            return relative.toString().replace('\\', '/');
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
