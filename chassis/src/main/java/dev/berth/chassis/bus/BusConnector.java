package dev.berth.chassis.bus;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.reactive.messaging.connector.InboundConnector;
import io.smallrye.reactive.messaging.connector.OutboundConnector;
import io.smallrye.reactive.messaging.providers.helpers.MultiUtils;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;

/**
 * SmallRye channels over NATS JetStream. An incoming channel has the attribute {@code subject} (wildcards allowed) and
 * gets the last value of each subject, then what comes. An outgoing message is acknowledged once the stream has stored
 * it. Payloads are {@link BusMessage}.
 */
@ApplicationScoped
@Connector(BusConnector.NAME)
public class BusConnector implements InboundConnector, OutboundConnector {
    public static final String NAME = "berth-bus";

    private final BusConnection connection;

    BusConnector(BusConnection connection) {
        this.connection = connection;
    }

    @Override
    public Flow.Publisher<? extends Message<?>> getPublisher(Config config) {
        String subject = config.getValue("subject", String.class);
        connection.open();
        return Multi.createFrom()
                .<Message<BusMessage>>emitter(
                        emitter ->
                                connection.subscribe(subject, (message, done) -> emitter.emit(message(message, done))),
                        BackPressureStrategy.BUFFER);
    }

    private static Message<BusMessage> message(BusMessage message, Runnable done) {
        return Message.of(message, () -> dealtWith(done), fault -> dealtWith(done));
    }

    private static CompletionStage<Void> dealtWith(Runnable done) {
        done.run();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Flow.Subscriber<? extends Message<?>> getSubscriber(Config config) {
        connection.open();
        return MultiUtils.via(stream -> stream.onItem().transformToUniAndMerge(this::send));
    }

    private Uni<Void> send(Message<?> message) {
        return Uni.createFrom()
                .completionStage(() -> connection.publish((BusMessage) message.getPayload()))
                .onItem()
                .transformToUni(stored -> Uni.createFrom().completionStage(message.ack()))
                .onFailure()
                .recoverWithUni(fault -> Uni.createFrom().completionStage(message.nack(fault)));
    }
}
