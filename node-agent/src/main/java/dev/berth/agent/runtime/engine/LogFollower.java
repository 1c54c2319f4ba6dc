package dev.berth.agent.runtime.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Copies a container's output into a file, as it comes, until the container has ended and all of it is there. */
final class LogFollower implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LogFollower.class);
    private static final Duration AGAIN = Duration.ofMillis(500);

    /** Whether a container of the engine can still write; the engine may be away. */
    interface Runs {
        boolean test() throws IOException;
    }

    private final Engine engine;
    private final String container;
    private final Path output;
    private final Runs runs;
    private final CountDownLatch complete = new CountDownLatch(1);
    private volatile boolean leaving;
    private volatile EngineStream open;
    private final Thread thread;

    /**
     * @param container as the engine names it
     * @param output where it is written; the mark is kept beside it
     */
    LogFollower(Engine engine, String container, Path output, Runs runs) {
        this.engine = engine;
        this.container = container;
        this.output = output;
        this.runs = runs;
        thread = Thread.ofVirtual().name("output-" + container).unstarted(this::follow);
    }

    LogFollower begin() {
        thread.start();
        return this;
    }

    /** @return false where not all was there by then */
    boolean await(Duration longest) throws IOException {
        try {
            return complete.await(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the output of " + container + " was awaited", interrupted);
        }
    }

    private void follow() {
        try {
            while (!leaving && !copied()) {
                Thread.sleep(AGAIN);
            }
        } catch (InterruptedException left) {
            LOG.debugf("the output of %s is followed no more", container);
        } finally {
            complete.countDown();
        }
    }

    /** Reads until the engine ends the stream, or breaks it off. True where no more will come. */
    private boolean copied() {
        try (LogCopy copy = new LogCopy(output, output.resolveSibling("output-mark"))) {
            boolean mayCome = runs.test();
            try (EngineStream stream = engine.stream(
                    "give the output of " + container, path(copy.begin().since()))) {
                open = stream;
                if (leaving) {
                    return true;
                }
                LogPieces pieces = new LogPieces(stream.body());
                for (Optional<LogPieces.Piece> piece = pieces.next(); piece.isPresent(); piece = pieces.next()) {
                    copy.add(piece.get());
                }
                return !mayCome || !runs.test();
            } finally {
                copy.keep();
            }
        } catch (EngineStream.RefusedException refused) {
            LOG.warnf("%s", refused.getMessage());
            return refused.status() == 404 || refused.status() == 409;
        } catch (IOException | RuntimeException fault) {
            if (!leaving) {
                LOG.debugf("the output of %s broke off: %s", container, fault.toString());
            }
            return false;
        }
    }

    private String path(Optional<Instant> since) {
        return "/containers/" + container + "/logs?stdout=1&stderr=1&timestamps=1&follow=1"
                + since.map(time -> "&since=%d.%09d".formatted(time.getEpochSecond(), time.getNano()))
                        .orElse("");
    }

    /** Stops reading; what is there stays. */
    @Override
    public void close() {
        leaving = true;
        EngineStream stream = open;
        if (stream != null) {
            stream.close();
        }
        thread.interrupt();
    }
}
