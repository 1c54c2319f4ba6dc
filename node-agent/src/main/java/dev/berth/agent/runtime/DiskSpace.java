package dev.berth.agent.runtime;

import dev.berth.agent.host.Room;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The disk of a folder that containers write to: the agent's own, or their engine's. */
public final class DiskSpace {
    /** Less than this, or than a twentieth of a small disk, is as good as nothing: a start needs more. */
    static final long RESERVE = 256L << 20;

    private static final int SMALL = 20;
    private static final String[] UNITS = {"KiB", "MiB", "GiB", "TiB"};

    private final Path folder;
    private final String what;

    public DiskSpace(Path folder) {
        this(folder, "new containers");
    }

    /** @param what can't come while it is full */
    public DiskSpace(Path folder, String what) {
        this.folder = folder.toAbsolutePath();
        this.what = what;
    }

    /** Whether both are one, so that it is said of one of them alone. */
    public boolean isSameAs(DiskSpace other) throws IOException {
        return Files.getFileStore(folder).equals(Files.getFileStore(other.folder));
    }

    /** Why nothing more should be started here; empty where there is space. May block for as long as the disk does. */
    public Optional<String> full() throws IOException {
        FileStore disk = Files.getFileStore(folder);
        return full(disk.getUsableSpace(), disk.getTotalSpace(), folder, what);
    }

    public Room room() throws IOException {
        FileStore disk = Files.getFileStore(folder);
        return new Room(disk.getUsableSpace(), disk.getTotalSpace());
    }

    static Optional<String> full(long free, long total, Path folder, String what) {
        long reserve = Math.min(RESERVE, total / SMALL);
        if (free >= reserve) {
            return Optional.empty();
        }
        return Optional.of("disk full: " + words(free) + " of " + words(total) + " free under " + folder + "; " + what
                + " come here again when " + words(reserve) + " are");
    }

    /** With three digits at most. */
    public static String words(long bytes) {
        double number = bytes;
        String unit = "B";
        for (int i = 0; number >= 999.5 && i < UNITS.length; i++) {
            number /= 1024;
            unit = UNITS[i];
        }
        boolean whole = number >= 99.5 || number == Math.rint(number);
        return String.format(Locale.ROOT, whole ? "%.0f %s" : number >= 9.95 ? "%.1f %s" : "%.2f %s", number, unit);
    }
}
