package dev.berth.chassis.bus;

import dev.berth.protocol.bus.Subjects;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PushSubscribeOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.DeliverPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What a stream holds, read to its present end. All of it blocks; not for event loops. */
final class StoredMessages {
    /** For each answer of NATS. */
    static final Duration WAIT = Duration.ofSeconds(2);

    private static final int NOT_FOUND = 404;

    private StoredMessages() {}

    /** The last value of each subject that a filter names. */
    static void last(Connection source, String filter, Consumer<Message> receiver)
            throws IOException, JetStreamApiException, InterruptedException {
        read(
                source,
                filter,
                ConsumerConfiguration.builder()
                        .deliverPolicy(DeliverPolicy.LastPerSubject)
                        .build(),
                message -> {
                    receiver.accept(message);
                    return true;
                });
    }

    /** As {@link BusConnection#page} says. */
    static List<StoredMessage> page(Connection source, String filter, long after, int most, long mostBytes)
            throws IOException {
        ConsumerConfiguration.Builder from = ConsumerConfiguration.builder();
        if (after > 0) {
            from.deliverPolicy(DeliverPolicy.ByStartSequence).startSequence(after + 1);
        }
        List<StoredMessage> page = new ArrayList<>();
        long[] bytes = new long[1];
        long before;
        try {
            before = read(source, filter, from.build(), message -> {
                page.add(new StoredMessage(
                        message.metaData().streamSequence(), new BusMessage(message.getSubject(), message.getData())));
                bytes[0] += message.getData().length;
                return page.size() < most && bytes[0] < mostBytes;
            });
        } catch (JetStreamApiException | IllegalStateException fault) {
            throw new IOException(fault.getMessage(), fault);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
        return page.isEmpty() && before < after ? page(source, filter, 0, most, mostBytes) : page;
    }

    /**
     * @param more takes a message, and says whether it wants another
     * @return the position in the stream before the first one that was looked at
     */
    private static long read(Connection source, String filter, ConsumerConfiguration from, Predicate<Message> more)
            throws IOException, JetStreamApiException, InterruptedException {
        JetStreamSubscription stored;
        try {
            // Named, since not every part may ask which stream has a subject.
            stored = source.jetStream()
                    .subscribe(
                            filter,
                            PushSubscribeOptions.builder().ordered(true).stream(Subjects.streamOf(filter))
                                    .configuration(from)
                                    .build());
        } catch (JetStreamApiException fault) {
            if (fault.getErrorCode() == NOT_FOUND) {
                // Who owns the stream has not made it yet; then nothing is stored, and what comes will be heard.
                return 0;
            }
            throw fault;
        }
        try {
            ConsumerInfo info = stored.getConsumerInfo();
            long pending = info.getCalculatedPending();
            while (pending > 0) {
                Message message = stored.nextMessage(WAIT);
                if (message == null || !more.test(message)) {
                    break;
                }
                pending = message.metaData().pendingCount();
            }
            return info.getDelivered().getStreamSequence();
        } finally {
            stored.unsubscribe();
        }
    }
}
