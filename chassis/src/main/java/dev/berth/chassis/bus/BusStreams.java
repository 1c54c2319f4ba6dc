package dev.berth.chassis.bus;

import dev.berth.protocol.bus.Subjects;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** The streams of the bus, made by who owns them. */
final class BusStreams {
    private static final int NOT_FOUND = 404;

    private BusStreams() {}

    /** Makes them where they are missing, or are not as they should be; true where one was missing. */
    static boolean ensure(Connection source) throws IOException, JetStreamApiException {
        JetStreamManagement management = source.jetStreamManagement();
        boolean made = ensure(
                management,
                StreamConfiguration.builder()
                        .name(Subjects.STATE_STREAM)
                        .subjects(Subjects.STATE_SUBJECTS)
                        .storageType(StorageType.Memory)
                        .maxMessagesPerSubject(1)
                        .discardPolicy(DiscardPolicy.Old)
                        .allowDirect(true)
                        .build());
        made |= ensure(
                management,
                StreamConfiguration.builder()
                        .name(Subjects.LOGS_STREAM)
                        .subjects(Subjects.LOGS_SUBJECTS)
                        .storageType(StorageType.File)
                        .maxBytes(256L << 20)
                        .maxAge(Duration.ofDays(7))
                        .discardPolicy(DiscardPolicy.Old)
                        .build());
        return made;
    }

    /** True where it was not there. */
    private static boolean ensure(JetStreamManagement management, StreamConfiguration stream)
            throws IOException, JetStreamApiException {
        try {
            StreamConfiguration present =
                    management.getStreamInfo(stream.getName()).getConfiguration();
            if (present.getAllowDirect() != stream.getAllowDirect()
                    || !Set.copyOf(present.getSubjects()).equals(Set.copyOf(stream.getSubjects()))) {
                management.updateStream(stream);
            }
            return false;
        } catch (JetStreamApiException fault) {
            if (fault.getErrorCode() != NOT_FOUND) {
                throw fault;
            }
            management.addStream(stream);
            return true;
        }
    }
}
