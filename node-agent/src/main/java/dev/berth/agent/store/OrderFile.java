package dev.berth.agent.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/** Which order this host took last: after a restart of the agent, a late older one must not undo it. */
public final class OrderFile {
    private static final Logger LOG = Logger.getLogger(OrderFile.class);

    /** Of an order; zero for both where none was taken. */
    public record Place(long epoch, long generation) {
        static final Place NONE = new Place(0, 0);
    }

    private final Path file;

    public OrderFile(Path state) {
        file = state.resolve("order");
    }

    public Place read() {
        if (!Files.exists(file)) {
            return Place.NONE;
        }
        try {
            String[] words = Files.readString(file).strip().split(" ", -1);
            return new Place(Long.parseLong(words[0]), Long.parseLong(words[1]));
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException unreadable) {
            LOG.warnf(
                    "%s can't be read (%s): the next order that comes is obeyed, whichever it is",
                    file, unreadable.getMessage());
            return Place.NONE;
        }
    }

    /** An order is carried out also where it can't be noted: it may be what frees a full disk. */
    public void write(Place place) {
        try {
            WholeFile.write(file, (place.epoch() + " " + place.generation()).getBytes(StandardCharsets.UTF_8));
        } catch (IOException refused) {
            LOG.warnf(
                    "%s can't be written (%s): free some space; until then a restarted agent may obey an order "
                            + "that is older than its last",
                    file, refused.getMessage());
        }
    }
}
