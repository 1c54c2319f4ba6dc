package dev.berth.agent.runtime.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Copies a container's output into a file, as it comes, until the container has ended and all of it is there. Podman's
 * stream of what comes loses lines of a container that writes fast, so it is asked now and then for what there is.
 */
final class LogFollower implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LogFollower.class);
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration AGAIN = Duration.ofMillis(500);
    /** It reads the whole log for it. */
    private static final Duration ASKED_AGAIN = Duration.ofMillis(100);

    /** Whether a container of the engine can still write; the engine may be away. */
    interface Runs {
        boolean test() throws IOException;
    }

    private final Engine engine;
    private final String container;
    private final Path output;
    private final Runs runs;
    private final boolean streams;
    private final CountDownLatch complete = new CountDownLatch(1);
    private final CountDownLatch leaving = new CountDownLatch(1);
    private volatile EngineStream open;
    // Its own thread's; the next is for those who wait.
    private Duration pause = SOON;
    private long count;
    private Optional<LogPieces.Piece> held = Optional.empty();

    private volatile long pieces;

    /**
     * @param container as the engine names it
     * @param output where it is written; the mark is kept beside it
     */
    LogFollower(Engine engine, String container, Path output, Runs runs) {
        this.engine = engine;
        this.container = container;
        this.output = output;
        this.runs = runs;
        streams = !engine.about().podman();
    }

    LogFollower begin() {
        Thread.ofVirtual().name("output-" + container).start(this::follow);
        return this;
    }

    /**
     * Waits for all of it, as long as more comes.
     *
     * @return false where nothing came for so long, and more may
     */
    boolean await(Duration quiet) throws IOException {
        try {
            long before;
            do {
                before = pieces;
                if (complete.await(quiet.toMillis(), TimeUnit.MILLISECONDS)) {
                    return true;
                }
            } while (pieces > before);
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the output of " + container + " was awaited", interrupted);
        }
    }

    private void follow() {
        try {
            boolean over = copied();
            while (!over && !leaving.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                over = copied();
            }
        } catch (InterruptedException left) {
            LOG.debugf("the output of %s is followed no more", container);
        } finally {
            complete.countDown();
        }
    }

    /** Reads until the engine ends the stream, or breaks it off. True where no more will come. */
    private boolean copied() {
        try (LogCopy copy = new LogCopy(
                output,
                output.resolveSibling("output-mark"),
                streams ? LogMark.OF_TWO_WRITERS : LogMark.OF_ONE_WRITER)) {
            Duration before = pause;
            pause = AGAIN;
            boolean mayCome = runs.test();
            try (EngineStream stream = engine.stream(
                    "give the output of " + container, path(copy.begin().since()))) {
                open = stream;
                if (left()) {
                    return true;
                }
                LogPieces told = new LogPieces(stream.body());
                if (streams) {
                    copyAll(told, copy);
                } else if (copyWhole(told, copy, mayCome)) {
                    before = ASKED_AGAIN;
                }
                // At a container's end the engine ends the stream, then says that it runs no more, and its last words
                // may be in the next.
                pause = mayCome && !runs.test() ? Duration.ZERO : longer(before);
                return !mayCome;
            } finally {
                copy.keep();
            }
        } catch (EngineStream.RefusedException refused) {
            LOG.debug(refused.getMessage());
            return refused.status() == 404 || refused.status() == 409;
        } catch (IOException | RuntimeException fault) {
            if (!left()) {
                LOG.debugf("the output of %s broke off: %s", container, fault.toString());
            }
            return false;
        }
    }

    private void copyAll(LogPieces told, LogCopy copy) throws IOException {
        for (Optional<LogPieces.Piece> piece = told.next(); piece.isPresent(); piece = told.next()) {
            add(piece.get(), copy);
        }
    }

    private boolean add(LogPieces.Piece piece, LogCopy copy) throws IOException {
        boolean isNew = copy.add(piece);
        if (isNew) {
            count++;
            pieces = count;
        }
        return isNew;
    }

    /**
     * The last one may have been read while it was being written: it counts when it is the same the next time.
     *
     * @return whether more came than the time before
     */
    private boolean copyWhole(LogPieces told, LogCopy copy, boolean mayCome) throws IOException {
        boolean more = false;
        Optional<LogPieces.Piece> last = Optional.empty();
        for (Optional<LogPieces.Piece> piece = told.next(); piece.isPresent(); piece = told.next()) {
            if (last.isPresent()) {
                more |= add(last.get(), copy);
            }
            last = piece;
        }
        if (last.isPresent()) {
            boolean whole = !mayCome || held.filter(last.get()::isSameAs).isPresent();
            more |= !whole || add(last.get(), copy);
        }
        held = last;
        return more;
    }

    private static Duration longer(Duration before) {
        Duration twice = before.plus(before);
        return twice.compareTo(SOON) < 0 ? SOON : twice.compareTo(AGAIN) < 0 ? twice : AGAIN;
    }

    private String path(Optional<Instant> since) {
        return "/containers/" + container + "/logs?stdout=1&stderr=1&timestamps=1"
                + (streams ? "&follow=1" : "")
                + since.map(time -> "&since=%d.%09d".formatted(time.getEpochSecond(), time.getNano()))
                        .orElse("");
    }

    private boolean left() {
        return leaving.getCount() == 0;
    }

    /**
     * Stops reading, and waits until nothing more is written.
     *
     * @throws IOException where it takes longer than that
     */
    void end(Duration patience) throws IOException {
        close();
        try {
            if (!complete.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("the output of " + container + " is still being written");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the output of " + container + " ended", interrupted);
        }
    }

    /** Stops reading; what is there stays. */
    @Override
    public void close() {
        leaving.countDown();
        EngineStream stream = open;
        if (stream != null) {
            stream.close();
        }
    }
}
