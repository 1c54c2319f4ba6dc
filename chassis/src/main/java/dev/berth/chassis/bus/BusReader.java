package dev.berth.chassis.bus;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Reads what comes over the bus. A message that can't be read, or that speaks of another than its subject does, is left
 * out: only the subject shows who sent it. This is said once for each subject, until a good one comes there.
 */
public final class BusReader {
    /** Whoever sends nonsense may also invent names to send it under. */
    private static final int MOST_REMEMBERED = 100;

    /** What a message says, as the receiver's own; throws where it says nothing that can be understood. */
    public interface Parser<T> {
        T parse(BusMessage message) throws InvalidProtocolBufferException;
    }

    private final Logger log;
    private final Set<String> bad = ConcurrentHashMap.newKeySet();

    /** @param log of the room that reads */
    public BusReader(Logger log) {
        this.log = log;
    }

    /** Empty where the message is left out. */
    public <T> Optional<T> read(BusMessage message, Parser<T> parser) {
        try {
            T read = parser.parse(message);
            bad.remove(message.subject());
            return Optional.of(read);
        } catch (InvalidProtocolBufferException | RuntimeException broken) {
            if (bad.size() < MOST_REMEMBERED && bad.add(message.subject())) {
                log.warnf(
                        "what came on %s is left out, and so is more of it until a good message comes there: %s",
                        message.subject(),
                        broken instanceof InvalidProtocolBufferException ? "it can't be decoded" : broken.getMessage());
            }
            return Optional.empty();
        }
    }
}
