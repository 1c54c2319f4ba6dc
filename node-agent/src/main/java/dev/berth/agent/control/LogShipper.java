package dev.berth.agent.control;

import dev.berth.agent.bus.Outgoing;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.runtime.OutputFile;
import dev.berth.protocol.v1.LogLine;
import dev.berth.protocol.v1.LogLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jboss.logging.Logger;

/**
 * Sends a container's output on, in order, a piece at a time. A piece counts as sent when the stream has stored it, so
 * nothing is lost while the bus is away, until so much waits that the host's disk is in danger: then the oldest is left
 * out, and a line says so. After an agent's restart a piece may be sent twice.
 */
final class LogShipper {
    private static final Logger LOG = Logger.getLogger(LogShipper.class);

    private final Outgoing outgoing;
    private final ContainerSpec spec;
    private final OutputFile output;
    private final Path place;
    private long sent;
    private boolean ended;
    private boolean complete;
    /** Bytes that nobody will see, and nobody was told of. */
    private long leftOut;
    private long said;
    private volatile long stored = -1;
    private volatile boolean inFlight;

    LogShipper(Outgoing outgoing, ContainerSpec spec, Path file) {
        this.outgoing = outgoing;
        this.spec = spec;
        output = new OutputFile(file);
        place = file.resolveSibling("shipped");
        try {
            sent = Files.exists(place) ? Long.parseLong(Files.readString(place).strip()) : 0;
        } catch (IOException | NumberFormatException unreadable) {
            sent = 0;
        }
    }

    /** Sends what has come since, unless a piece is still on its way. */
    void ship(boolean last) throws IOException {
        if (inFlight || complete) {
            return;
        }
        if (stored >= 0) {
            sent = stored;
            stored = -1;
            leftOut -= said;
            Files.write(place, String.valueOf(sent).getBytes(StandardCharsets.UTF_8));
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
        long now = Instant.now().toEpochMilli();
        LogLines.Builder message = LogLines.newBuilder().setEnvironment(spec.environment()).setApp(spec.app())
                .setVersion(spec.version()).setFunction(spec.function()).setContainer(spec.id());
        said = leftOut;
        if (said > 0) {
            message.addLines(LogLine.newBuilder().setTime(now).setText("[berth: " + said
                    + " bytes of output are left out here: more came than could be sent]"));
        }
        piece.lines().forEach(line -> message.addLines(LogLine.newBuilder().setTime(now).setText(line)));
        inFlight = true;
        outgoing.logs(message.build()).subscribe().with(done -> {
            stored = piece.next();
            inFlight = false;
        }, fault -> inFlight = false);
    }

    private void free() {
        try {
            output.free(sent);
        } catch (IOException refused) {
            LOG.warn(refused.getMessage());
        }
    }

    /** True where all output was sent, or the container never had an app. */
    boolean finish() {
        return spec.app().isEmpty() || ended && complete;
    }
}
