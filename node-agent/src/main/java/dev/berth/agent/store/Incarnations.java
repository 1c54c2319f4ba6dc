package dev.berth.agent.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Names for the starts of this agent, each greater than the one before, also where the clock was set back between. */
public final class Incarnations {
    private static final Logger LOG = Logger.getLogger(Incarnations.class);

    private final Path file;

    public Incarnations(Path state) {
        file = state.resolve("started");
    }

    /** @param now of the clock on the wall, so that an agent whose folder was lost still comes after its last start */
    public String next(Instant now) {
        long next = Math.max(now.toEpochMilli(), last() + 1);
        try {
            WholeFile.write(file, String.valueOf(next).getBytes(StandardCharsets.UTF_8));
        } catch (IOException refused) {
            LOG.warnf("%s can't be written: %s", file, refused.getMessage());
        }
        return String.format("%015d-%s", next, UUID.randomUUID());
    }

    private long last() {
        try {
            return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
        } catch (IOException | NumberFormatException unreadable) {
            return 0;
        }
    }
}
