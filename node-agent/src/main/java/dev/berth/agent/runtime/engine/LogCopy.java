package dev.berth.agent.runtime.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A container's output as a file. The engine tells it again, from the mark on, after each connection. The mark is
 * written behind the output, now and then: what the file has beyond it is known by its bytes.
 */
final class LogCopy implements AutoCloseable {
    /** As long as this is what an agent that was killed has to compare. */
    private static final long MARK_EVERY = 256 << 10;

    private final Path place;
    private final FileChannel file;
    private final LogMark mark;
    private long kept;
    private LogMark.Replay replay;
    /** Up to where the file is what was told. */
    private long told;

    /** @param remembered times, of the mark */
    LogCopy(Path output, Path place, int remembered) throws IOException {
        this.place = place;
        file = FileChannel.open(output, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        mark = read(place, remembered).orElseGet(() -> new LogMark(remembered));
        kept = mark.length();
        begin();
    }

    private static Optional<LogMark> read(Path place, int remembered) throws IOException {
        return Files.exists(place) ? LogMark.parse(Files.readString(place), remembered) : Optional.empty();
    }

    /** What the engine is to tell again, from its time on. */
    LogMark begin() throws IOException {
        replay = mark.replay();
        told = Math.min(mark.length(), file.size());
        return mark;
    }

    /** False where it was there already. */
    boolean add(LogPieces.Piece piece) throws IOException {
        if (replay.knows(piece.time())) {
            return false;
        }
        ByteBuffer bytes = ByteBuffer.wrap(piece.bytes());
        if (isThere(bytes)) {
            int there = (int) Math.min(bytes.remaining(), file.size() - told);
            bytes.position(there);
            told += there;
        } else {
            told = file.size();
        }
        while (bytes.hasRemaining()) {
            told += file.write(bytes, told);
        }
        mark.copied(piece.time(), told);
        if (told - kept >= MARK_EVERY) {
            keep();
        }
        return true;
    }

    /** Whether the file goes on with them, as far as it goes. */
    private boolean isThere(ByteBuffer bytes) throws IOException {
        ByteBuffer there = ByteBuffer.allocate((int) Math.min(bytes.remaining(), file.size() - told));
        while (there.hasRemaining()) {
            if (file.read(there, told + there.position()) < 0) {
                return false;
            }
        }
        return there.flip().equals(bytes.slice(bytes.position(), there.remaining()));
    }

    void keep() throws IOException {
        Path next = Files.writeString(place.resolveSibling(place.getFileName() + ".new"), mark.text());
        Files.move(next, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        kept = mark.length();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
