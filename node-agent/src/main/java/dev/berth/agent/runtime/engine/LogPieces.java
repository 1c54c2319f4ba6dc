package dev.berth.agent.runtime.engine;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;

/** Reads what an engine has of a container's output: pieces of both streams in turn, each with the time it was written. */
final class LogPieces {
    /** A line, or 16 KiB of a longer one. */
    private static final int LONGEST = 16 << 20;

    /** @param bytes with the end of the line, where the line ends with them */
    record Piece(Instant time, byte[] bytes) {
        boolean isSameAs(Piece other) {
            return time.equals(other.time) && Arrays.equals(bytes, other.bytes);
        }
    }

    private final DataInputStream input;

    LogPieces(InputStream input) {
        this.input = new DataInputStream(input);
    }

    /**
     * The next; empty where no more will come.
     *
     * @throws IOException where it breaks off, or is no such stream
     */
    Optional<Piece> next() throws IOException {
        // Which stream, three bytes of nothing, the length.
        int stream = input.read();
        if (stream < 0) {
            return Optional.empty();
        }
        if (stream > 2 || input.readByte() != 0 || input.readShort() != 0) {
            throw new IOException("the engine's output of a container can't be read");
        }
        int length = input.readInt();
        if (length < 0 || length > LONGEST) {
            throw new IOException("the engine's output of a container has a piece of " + length + " bytes");
        }
        byte[] bytes = input.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the engine's output of a container breaks off");
        }
        return Optional.of(piece(bytes));
    }

    private static Piece piece(byte[] bytes) throws IOException {
        int space = 0;
        while (space < bytes.length && bytes[space] != ' ') {
            space++;
        }
        String time = new String(bytes, 0, space, StandardCharsets.UTF_8);
        try {
            int begin = Math.min(space + 1, bytes.length);
            byte[] text = Arrays.copyOfRange(bytes, begin, bytes.length);
            return new Piece(OffsetDateTime.parse(time).toInstant(), text);
        } catch (DateTimeException wrong) {
            throw new IOException("the engine's output of a container has no time: " + time, wrong);
        }
    }
}
