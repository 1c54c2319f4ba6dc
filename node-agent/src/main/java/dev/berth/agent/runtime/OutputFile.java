package dev.berth.agent.runtime;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A container's output: read on from a place, its last lines, and its space on the disk given back. The container goes
 * on writing to the same file all the time, so no line can fall between an old file and a new one.
 */
public final class OutputFile {
    /** Space is given back in pieces of this many bytes. */
    static final long LARGE = 8L << 20;
    /** The newest bytes that stay, for a look at the last lines. */
    static final long KEPT = 1L << 20;
    /** Most bytes that wait to be read; they may not fill the disk of the host. */
    static final long WAITING = 64L << 20;
    /** With {@link #MOST_LINES}, a message of these stays under 1 MiB, which NATS takes unless it is told else. */
    private static final int CHUNK = 256 << 10;

    private static final int MOST_LINES = 10_000;

    /** Whole lines, and where the next begin. */
    public record Lines(List<String> lines, long next) {}

    private final Path file;
    private long freed;

    public OutputFile(Path file) {
        this.file = file;
    }

    /**
     * The whole lines from a place on, at most 10,000 and at most 256 KiB of them; a longer line is cut in pieces.
     *
     * @param last true where no more output will come: then a line without an end counts too
     */
    public Lines read(long from, boolean last) throws IOException {
        if (!Files.exists(file) || Files.size(file) == from) {
            return new Lines(List.of(), from);
        }
        try (RandomAccessFile input = new RandomAccessFile(file.toFile(), "r")) {
            // Shorter than where we were: it was begun anew.
            long start = input.length() < from ? 0 : from;
            byte[] bytes = new byte[(int) Math.min(CHUNK, input.length() - start)];
            input.seek(start);
            input.readFully(bytes);
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            if (end == 0 && (bytes.length == CHUNK || last)) {
                end = last ? bytes.length : wholeCharacters(bytes);
            }
            if (end == 0) {
                return new Lines(List.of(), start);
            }
            List<String> lines = new ArrayList<>();
            return new Lines(lines, start + split(bytes, end, lines));
        }
    }

    /** How many of the bytes come before the last UTF-8 sequence, which may go on after them. */
    private static int wholeCharacters(byte[] bytes) {
        for (int i = 1; i <= 4; i++) {
            int kind = bytes[bytes.length - i] & 0xC0;
            if (kind != 0x80) {
                return bytes.length - (kind == 0xC0 ? i : 0);
            }
        }
        return bytes.length;
    }

    /** Gives how many of the bytes these lines were. */
    private static int split(byte[] bytes, int end, List<String> lines) {
        int start = 0;
        for (int i = 0; i < end && lines.size() < MOST_LINES; i++) {
            if (bytes[i] == '\n') {
                lines.add(new String(bytes, start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        if (start < end && lines.size() < MOST_LINES) {
            lines.add(new String(bytes, start, end - start, StandardCharsets.UTF_8));
            start = end;
        }
        return start;
    }

    /**
     * Where to read on: at the place given, or, where more than 64 MiB wait from there on, after the older half of
     * them, at the beginning of a line where there is one.
     */
    public long keepUp(long from) throws IOException {
        long length = Files.exists(file) ? Files.size(file) : 0;
        if (length - from <= WAITING) {
            return from;
        }
        long next = length - WAITING / 2;
        try (RandomAccessFile input = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[CHUNK];
            input.seek(next);
            input.readFully(bytes);
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    return next + i + 1;
                }
            }
        }
        return next;
    }

    /**
     * Gives back the space of what was read, but the newest: the file keeps its length, with a hole at its beginning.
     *
     * @throws IOException where the file system can't, or {@code fallocate} is missing: then the file keeps all
     */
    public void free(long read) throws IOException {
        if (read - KEPT - freed < LARGE) {
            return;
        }
        freed = read - KEPT;
        Process punch = new ProcessBuilder(
                        "fallocate",
                        "--punch-hole",
                        "--offset",
                        "0",
                        "--length",
                        String.valueOf(freed),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        try {
            String said = new String(punch.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (punch.waitFor() != 0) {
                throw new IOException("the space of " + file + " can't be given back: " + said);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The last lines, oldest first, for the reason of a failure. */
    public List<String> tail(int most) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        long size = Files.size(file);
        List<String> lines =
                new ArrayList<>(read(Math.max(0, size - 8192), true).lines());
        return lines.subList(Math.max(0, lines.size() - most), lines.size());
    }
}
