package dev.berth.gateway.proxy.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The folder of pairs: {@code NAME.crt} and {@code NAME.key}. Files are read when they look changed, and once more at the
 * look after that: two files are not written at once, and neither is one of them.
 */
final class CertificateFolder {
    private static final Logger LOG = Logger.getLogger(CertificateFolder.class);
    private static final String CRT = ".crt";
    private static final String KEY = ".key";
    private static final long LARGEST = 1 << 20;

    private final Path folder;
    private final InstantSource wall;
    private final Trial trial;
    private final SortedMap<String, Entry> entries = new TreeMap<>();
    private String said;

    /** Whether a pair can be worked with. */
    interface Trial {
        void of(Pair pair) throws UnfitPair;
    }

    /** By which a change is seen: what is written anew has another time, what is renamed there is another file. */
    private record Stamp(FileTime changed, long size, Object file) {
        /** Null where there is none. */
        static Stamp of(Path path) {
            try {
                BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
                return new Stamp(found.lastModifiedTime(), found.size(), found.fileKey());
            } catch (IOException missing) {
                return null;
            }
        }
    }

    private record Stamps(Stamp certificate, Stamp key) {
        boolean none() {
            return certificate == null && key == null;
        }
    }

    /** What is known of one name. */
    private static final class Entry {
        private Stamps seen;
        /** It was the same at two looks. */
        private boolean settled;
        /** The last that was good; null where none was. */
        private Pair pair;
        /** What was said to be wrong with this state of the files. */
        private String said;
    }

    CertificateFolder(Path folder, InstantSource wall, Trial trial) {
        this.folder = folder;
        this.wall = wall;
        this.trial = trial;
    }

    List<Pair> pairs() {
        return entries.values().stream()
                .map(entry -> entry.pair)
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * Reads what changed since the last look.
     *
     * @return true where there are other pairs now
     */
    boolean look() {
        boolean first = entries.isEmpty();
        TreeSet<String> names = new TreeSet<>(entries.keySet());
        try (Stream<Path> files = Files.list(folder)) {
            files.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(CRT) || name.endsWith(KEY))
                    .map(name -> name.substring(0, name.length() - CRT.length()))
                    .forEach(names::add);
            said = null;
        } catch (IOException unreadable) {
            String why = folder + " can't be read: " + words(unreadable);
            if (!why.equals(said)) {
                LOG.warn(why + "; the certificates that were there stay");
                said = why;
            }
            return false;
        }
        boolean changed = false;
        for (String name : names) {
            changed |= look(name, first);
        }
        return changed;
    }

    private boolean look(String name, boolean first) {
        Entry entry = entries.computeIfAbsent(name, fresh -> new Entry());
        Stamps now = new Stamps(Stamp.of(folder.resolve(name + CRT)), Stamp.of(folder.resolve(name + KEY)));
        boolean same = now.equals(entry.seen);
        if (same && entry.settled) {
            return false;
        }
        entry.settled = same;
        entry.seen = now;
        if (!same) {
            entry.said = null;
        }
        if (now.none()) {
            return same && gone(name, entry);
        }
        try {
            Pair pair = read(name, now);
            if (pair.equals(entry.pair)) {
                return false;
            }
            trial.of(pair);
            entry.pair = pair;
            tell(pair);
            return true;
        } catch (UnfitPair | IOException why) {
            // What is wrong for a moment, between two files, is not worth a word.
            if (first || same) {
                unfit(entry, why instanceof UnfitPair ? why.getMessage() : words((IOException) why));
            }
            return false;
        }
    }

    private boolean gone(String name, Entry entry) {
        if (entry.pair != null && pairs().size() == 1) {
            // Until there is another.
            entry.settled = false;
            unfit(entry, name + CRT + " and " + name + KEY + " are gone, and there is no other pair");
            return false;
        }
        entries.remove(name);
        LOG.infof("certificate %s: its files are gone, and so it is", name);
        return entry.pair != null;
    }

    private void unfit(Entry entry, String why) {
        if (!why.equals(entry.said)) {
            entry.said = why;
            LOG.warn(why + (entry.pair == null ? "; it is left out" : "; the certificate that was there stays"));
        }
    }

    private void tell(Pair pair) {
        LOG.infof("certificate %s: for %s, until %s", pair.file(), String.join(", ", pair.names()), pair.until());
        Instant now = wall.instant();
        if (pair.until().isBefore(now)) {
            LOG.warnf("%s%s has expired, at %s: clients will refuse it", pair.file(), CRT, pair.until());
        } else if (pair.from().isAfter(now)) {
            LOG.warnf("%s%s is not valid before %s: clients will refuse it", pair.file(), CRT, pair.from());
        }
    }

    private Pair read(String name, Stamps now) throws UnfitPair, IOException {
        if (now.certificate() == null || now.key() == null) {
            String missing = now.key() == null ? KEY : CRT;
            throw new UnfitPair(name + missing + " is missing beside " + name + (now.key() == null ? CRT : KEY));
        }
        return Pem.pair(name, text(name + CRT), text(name + KEY));
    }

    private String text(String file) throws IOException, UnfitPair {
        Path path = folder.resolve(file);
        if (Files.size(path) > LARGEST) {
            throw new UnfitPair(file + " has over a MiB");
        }
        return Files.readString(path, StandardCharsets.ISO_8859_1);
    }

    private static String words(IOException why) {
        return why instanceof NoSuchFileException missing
                ? missing.getFile() + " is missing"
                : why.getClass().getSimpleName() + " " + why.getMessage();
    }
}
