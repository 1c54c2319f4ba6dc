package dev.berth.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files and links of a source folder that are to be sent, in an order that is the same on every machine. It is known
 * whole before anything is packed, so that every name that can't be sent is told at once.
 */
record SourceTree(List<Source> files) {
    /** So many names are told; the others are counted. */
    private static final int TOLD = 5;

    /** A file, or a link that is not followed. */
    record Source(Path file, RawPath path, boolean link) {}

    /** @throws BerthException where something can't be read, or a name is not UTF-8 */
    static SourceTree of(Path root) throws IOException {
        Walk walk = new Walk();
        walk.folder(root, RawPath.TOP, Ignore.nothing());
        if (!walk.nameless.isEmpty()) {
            throw SourceFault.of(notUtf8(walk.nameless));
        }
        return new SourceTree(List.copyOf(walk.files));
    }

    private static String notUtf8(List<RawPath> paths) {
        String some = paths.stream().limit(TOLD).map(RawPath::toString).collect(Collectors.joining(", "));
        String more = paths.size() > TOLD ? " and " + (paths.size() - TOLD) + " more" : "";
        return (paths.size() == 1 ? "the name of " : "the names of ") + some + more
                + (paths.size() == 1 ? " is" : " are")
                + " not UTF-8; rename what is needed (\\x and two digits stand for a byte), and name the rest in"
                + " .berthignore, where a ? matches such a byte";
    }

    private static final class Walk {
        private final List<Source> files = new ArrayList<>();
        private final List<RawPath> nameless = new ArrayList<>();

        private void folder(Path folder, RawPath path, Ignore above) throws IOException {
            Ignore ignore = above;
            Path own = folder.resolve(Ignore.FILE);
            if (Files.isRegularFile(own)) {
                try {
                    ignore = above.with(path, Files.readAllBytes(own));
                } catch (IOException fault) {
                    throw SourceFault.unreadable(path.child(own), fault);
                }
            }
            for (Map.Entry<RawPath, Path> child : children(folder, path).entrySet()) {
                one(child.getValue(), child.getKey(), ignore);
            }
        }

        /** In the order of their bytes, which is no locale's. */
        private static Map<RawPath, Path> children(Path folder, RawPath path) {
            try (Stream<Path> children = Files.list(folder)) {
                return children.collect(Collectors.toMap(path::child, child -> child, (one, two) -> one, TreeMap::new));
            } catch (UncheckedIOException fault) {
                throw SourceFault.unreadable(path, fault.getCause());
            } catch (IOException fault) {
                throw SourceFault.unreadable(path, fault);
            }
        }

        private void one(Path file, RawPath path, Ignore ignore) throws IOException {
            BasicFileAttributes is;
            try {
                is = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            } catch (IOException fault) {
                throw SourceFault.unreadable(path, fault);
            }
            if (is.isOther() || ignore.leavesOut(path, is.isDirectory())) {
                return;
            }
            if (!path.isText()) {
                nameless.add(path);
            } else if (is.isDirectory()) {
                folder(file, path, ignore);
            } else {
                files.add(new Source(file, path, is.isSymbolicLink()));
            }
        }
    }
}
