package dev.berth.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes a folder's files to an archive, and says so where one of them does not hold still. */
final class Packer {
    private static final int CHUNK = 1 << 16;

    private final Path root;
    private final long most;
    private long bytes;

    /** @param most bytes that the files may have together */
    Packer(Path root, long most) {
        this.root = root;
        this.most = most;
    }

    void pack(SourceTree tree, OutputStream out) throws IOException {
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            for (SourceTree.Source source : tree.files()) {
                if (source.link()) {
                    link(source.file(), source.path(), tar);
                } else {
                    file(source.file(), source.path(), tar);
                }
            }
        }
    }

    private void link(Path link, RawPath path, TarArchiveOutputStream tar) throws IOException {
        Path target;
        try {
            target = Files.readSymbolicLink(link);
        } catch (IOException fault) {
            throw fault instanceof NoSuchFileException
                    ? SourceFault.unreadable(path, fault)
                    : SourceFault.changed(path, "was replaced");
        }
        RawPath said = RawPath.ofTarget(target);
        Path real = link.getParent().resolve(target).normalize();
        if (target.isAbsolute() || !real.startsWith(root)) {
            throw SourceFault.of(path + " is a link out of the source folder, to " + said
                    + "; replace it by what it links to, or name it in .berthignore");
        }
        if (!said.isText()) {
            throw SourceFault.of(
                    path + " is a link to " + said + ", a name that is not UTF-8; rename that and link to it anew,"
                            + " or name the link in .berthignore");
        }
        TarArchiveEntry entry = new TarArchiveEntry(path.text(), TarConstants.LF_SYMLINK);
        entry.setLinkName(said.text());
        put(entry, tar);
        tar.closeArchiveEntry();
    }

    private void file(Path file, RawPath path, TarArchiveOutputStream tar) throws IOException {
        // Asked before it is opened: a pipe in its place would be waited for.
        if (!attributes(file, path).isRegularFile()) {
            throw SourceFault.changed(path, "was replaced");
        }
        try (SeekableByteChannel content = open(file, path)) {
            long size = size(content, path);
            // After the size: what is appended between the two makes the file longer, and is no change.
            BasicFileAttributes before = attributes(file, path);
            bytes += size;
            if (bytes > most) {
                throw SourceFault.of("the source folder has over " + (most >> 20) + " MiB (at " + path
                        + "); name what is not needed in .berthignore");
            }
            TarArchiveEntry entry = new TarArchiveEntry(path.text());
            entry.setSize(size);
            entry.setMode(Files.isExecutable(file) ? 0100755 : 0100644);
            put(entry, tar);
            copy(content, size, path, tar);
            // What only grew was appended to: what was there is sent. A file of the same size was written over.
            if (size(content, path) <= size && isWrittenTo(before, file)) {
                throw SourceFault.changed(path, "was written to");
            }
            tar.closeArchiveEntry();
        }
    }

    private static BasicFileAttributes attributes(Path file, RawPath path) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException fault) {
            throw SourceFault.unreadable(path, fault);
        }
    }

    private static SeekableByteChannel open(Path file, RawPath path) {
        try {
            return Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException fault) {
            throw SourceFault.unreadable(path, fault);
        }
    }

    private static long size(SeekableByteChannel content, RawPath path) {
        try {
            return content.size();
        } catch (IOException fault) {
            throw SourceFault.unreadable(path, fault);
        }
    }

    /** A file that another one has taken the place of did not change itself: what was opened was sent whole. */
    private static boolean isWrittenTo(BasicFileAttributes before, Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            boolean same = before.fileKey() == null || before.fileKey().equals(now.fileKey());
            return same && !now.lastModifiedTime().equals(before.lastModifiedTime());
        } catch (IOException deleted) {
            return false;
        }
    }

    /** As many bytes as were told; those that came later stay behind. */
    private static void copy(SeekableByteChannel content, long size, RawPath path, OutputStream out)
            throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        for (long left = size; left > 0; ) {
            chunk.clear().limit((int) Math.min(CHUNK, left));
            int read = read(content, chunk, path);
            if (read < 0) {
                throw SourceFault.changed(path, "became shorter");
            }
            out.write(chunk.array(), 0, read);
            left -= read;
        }
    }

    private static int read(SeekableByteChannel content, ByteBuffer chunk, RawPath path) {
        try {
            return content.read(chunk);
        } catch (IOException fault) {
            throw SourceFault.unreadable(path, fault);
        }
    }

    private static void put(TarArchiveEntry entry, TarArchiveOutputStream tar) throws IOException {
        entry.setModTime(0L);
        entry.setIds(0, 0);
        entry.setNames("", "");
        tar.putArchiveEntry(entry);
    }
}
