package dev.berth.agent.control;

import dev.berth.agent.client.Outgoing;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.Output;
import dev.berth.agent.runtime.OutputFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Sends a container's output on, in order, a piece at a time. A piece counts as sent when the stream has stored it, so
 * nothing is lost while the bus is away, until so much waits that the host's disk is in danger: then the oldest is left
 * out, and a line says so. After an agent's restart a piece may be sent twice.
 */
final class LogShipper {
    private static final Logger LOG = Logger.getLogger(LogShipper.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final Duration NEVER = Duration.ofHours(1);

    private final Outgoing outgoing;
    private final ContainerRef ref;
    private final OutputFile output;
    private final Path place;
    private long sent;
    private boolean ended;
    private boolean complete;
    /** Bytes that nobody will see, and nobody was told of. */
    private long leftOut;

    private long said;
    private Duration pause = SHORTEST_PAUSE;
    private final Runnable wake;
    private volatile long stored = -1;
    private volatile boolean inFlight;

    /** @param wake told when a piece has been stored */
    LogShipper(Outgoing outgoing, ContainerRef ref, Path file, Runnable wake) {
        this.outgoing = outgoing;
        this.ref = ref;
        this.wake = wake;
        output = new OutputFile(file);
        place = file.resolveSibling("shipped");
        try {
            sent = Files.exists(place) ? Long.parseLong(Files.readString(place).strip()) : 0;
        } catch (IOException | NumberFormatException unreadable) {
            sent = 0;
        }
    }

    /**
     * Sends what has come since, unless a piece is still on its way. What can't be read of a container that has ended is
     * given up: nobody will be able to.
     *
     * @param now by the steady clock
     * @param wall what its lines are said to be of
     * @return how long until it is worth a look again; what waits for the bus is told sooner
     */
    Duration ship(boolean last, Duration now, Instant wall) throws IOException {
        try {
            send(last, wall);
        } catch (IOException fault) {
            if (!last) {
                throw fault;
            }
            LOG.warnf("the rest of the output of %s is lost: %s", ref.id(), fault.toString());
            ended = true;
            complete = true;
        }
        if (inFlight) {
            pause = SHORTEST_PAUSE;
            return LONGEST_PAUSE;
        }
        if (complete) {
            return NEVER;
        }
        if (pause.equals(LONGEST_PAUSE)) {
            return untilAllAreLookedAt(now);
        }
        Duration next = pause;
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        return next;
    }

    /** Those that are silent wake this host together: each for itself, a hundred would do so two hundred times a second. */
    private static Duration untilAllAreLookedAt(Duration now) {
        return LONGEST_PAUSE.minusNanos(Math.floorMod(now.toNanos(), LONGEST_PAUSE.toNanos()));
    }

    private void send(boolean last, Instant now) throws IOException {
        if (inFlight || complete) {
            return;
        }
        if (stored >= 0) {
            sent = stored;
            stored = -1;
            leftOut -= said;
            note();
            free();
        }
        ended = last;
        long next = output.keepUp(sent);
        if (next > sent) {
            leftOut += next - sent;
            sent = next;
            free();
        }
        OutputFile.Lines piece = output.read(sent, last);
        if (piece.lines().isEmpty()) {
            sent = piece.next();
            complete = last;
            return;
        }
        List<String> lines = new ArrayList<>();
        said = leftOut;
        if (said > 0) {
            lines.add("[berth: " + said + " bytes of output are left out here: more came than could be sent]");
        }
        lines.addAll(piece.lines());
        inFlight = true;
        outgoing.logs(new Output(ref, now, lines))
                .subscribe()
                .with(
                        done -> {
                            stored = piece.next();
                            inFlight = false;
                            wake.run();
                        },
                        fault -> inFlight = false);
    }

    /** Where it is not noted, on a full disk, a restarted agent sends some lines again. */
    private void note() {
        try {
            Files.write(place, String.valueOf(sent).getBytes(StandardCharsets.UTF_8));
        } catch (IOException refused) {
            LOG.debugf("%s: %s", place, refused.toString());
        }
    }

    private void free() {
        try {
            output.free(sent);
        } catch (IOException refused) {
            LOG.warn(refused.getMessage());
        }
    }

    /** True where all output was sent. */
    boolean finish() {
        return ended && complete;
    }
}
