package dev.berth.agent.runtime;

import dev.berth.agent.host.Unused;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Unpacked source bundles by digest: each is there once, whole, and read-only. */
public final class Sources {
    /** More than this and a link leads in circles. */
    private static final int MOST_STEPS = 1000;

    /** Unused bundles are kept for a rollback. */
    private static final Duration KEPT = Duration.ofDays(1);

    private final Path folder;
    private final Unused unused = new Unused(KEPT);

    public Sources(Path state) throws IOException {
        folder = Files.createDirectories(state.toAbsolutePath().resolve("sources"));
    }

    public boolean has(String digest) {
        return Files.isDirectory(folder.resolve(digest));
    }

    /** Where a bundle is. */
    public Path path(String digest) {
        return folder.resolve(digest);
    }

    /**
     * Unpacks a bundle beside its place, then moves it there in one step.
     *
     * @throws IOException where its bytes have another digest, or would leave the folder; then nothing of it stays
     */
    public Path unpack(String digest, InputStream tar) throws IOException {
        Path next = Files.createDirectories(folder.resolve(digest + "." + UUID.randomUUID()));
        try {
            DigestInputStream bytes = new DigestInputStream(tar, sha256());
            unpack(bytes, next);
            bytes.transferTo(OutputStream.nullOutputStream());
            String actual = HexFormat.of().formatHex(bytes.getMessageDigest().digest());
            if (!actual.equals(digest)) {
                throw new IOException("the bundle's bytes have digest " + actual + ", not " + digest);
            }
            if (!has(digest)) {
                Files.move(next, folder.resolve(digest), StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException fault) {
            // Another may have been faster; a folder does not replace one that is not empty.
            if (!has(digest)) {
                throw fault;
            }
        } finally {
            delete(next);
        }
        return path(digest);
    }

    private static void unpack(InputStream tar, Path into) throws IOException {
        List<Path> links = new ArrayList<>();
        TarArchiveInputStream archive = new TarArchiveInputStream(tar, "UTF-8");
        for (TarArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
            Path target = into.resolve(entry.getName()).normalize();
            if (!target.startsWith(into) || leadsThroughALink(target, into)) {
                throw new IOException("the bundle has a path outside its folder: " + entry.getName());
            }
            if (entry.isDirectory()) {
                Files.createDirectories(target);
            } else if (entry.isSymbolicLink()) {
                Files.createDirectories(target.getParent());
                links.add(Files.createSymbolicLink(target, Path.of(entry.getLinkName())));
            } else if (entry.isFile()) {
                Files.createDirectories(target.getParent());
                Files.copy(archive, target);
                Files.setPosixFilePermissions(
                        target,
                        PosixFilePermissions.fromString((entry.getMode() & 0100) != 0 ? "r-xr-xr-x" : "r--r--r--"));
            }
        }
        // Only when all are there is it known where one leads, by way of others.
        for (Path link : links) {
            if (!staysInside(link, into)) {
                throw new IOException("the bundle has a link out of its folder: " + into.relativize(link));
            }
        }
    }

    /** What is written through a link lands where the link leads. */
    private static boolean leadsThroughALink(Path target, Path into) {
        for (Path above = target.getParent(); above.startsWith(into); above = above.getParent()) {
            if (Files.isSymbolicLink(above)) {
                return true;
            }
        }
        return false;
    }

    /** Follows a link as the kernel does, name by name, also where nothing is there yet. */
    private static boolean staysInside(Path link, Path into) throws IOException {
        Path at = link.getParent();
        Deque<Path> ahead = new ArrayDeque<>(List.of(link.getFileName()));
        for (int steps = 0; !ahead.isEmpty(); steps++) {
            Path next = at.resolve(ahead.pop()).normalize();
            if (!next.startsWith(into) || steps > MOST_STEPS) {
                return false;
            }
            if (!Files.isSymbolicLink(next)) {
                at = next;
                continue;
            }
            Path target = Files.readSymbolicLink(next);
            if (target.isAbsolute()) {
                return false;
            }
            for (int i = target.getNameCount() - 1; i >= 0; i--) {
                ahead.push(target.getName(i));
            }
        }
        return true;
    }

    /** Deletes what nobody has used for a day. */
    public void collect(Set<String> inUse, Duration now) throws IOException {
        try (Stream<Path> bundles = Files.list(folder)) {
            List<String> present =
                    bundles.map(bundle -> bundle.getFileName().toString()).toList();
            for (String digest : unused.over(present, inUse, now)) {
                delete(folder.resolve(digest));
            }
        }
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
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
