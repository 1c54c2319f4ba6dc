package dev.berth.gateway.api;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.gateway.client.Services;
import dev.berth.protocol.bus.BusConnection;
import dev.berth.protocol.bus.BusMessage;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.LogLine;
import dev.berth.protocol.v1.LogLines;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.time.Instant;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** Container output, one JSON object a line: what is kept, then, where asked, what comes. */
@Path("/v1/environments/{environment}/apps/{app}/logs")
public class LogsApi {
    private final Services services;
    private final BusConnection bus;

    LogsApi(Services services, BusConnection bus) {
        this.services = services;
        this.bus = bus;
    }

    /** @param container only this one's; null for all */
    @GET
    @Produces("application/x-ndjson")
    public Multi<Views.LogView> logs(@RestPath String environment, @RestPath String app, @RestQuery boolean follow,
            @RestQuery String container) {
        String filter = container == null || !container.matches("[a-z0-9-]+")
                ? Subjects.logsOf(environment, app)
                : Subjects.logs(environment, app, container);
        AppRef ref = AppRef.newBuilder().setEnvironment(environment).setApp(app).build();
        return services.registry().getApp(ref).onItem().transformToMulti(
                found -> Multi.createFrom().<Views.LogView>emitter(emitter -> read(filter, follow, emitter))
                        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool()));
    }

    private void read(String filter, boolean follow, MultiEmitter<? super Views.LogView> emitter) {
        try {
            if (follow) {
                // Before the stored ones are read: nothing falls between; what is in both is shown twice at most.
                AutoCloseable following = bus.follow(filter, message -> emit(message, emitter));
                emitter.onTermination(() -> close(following));
            }
            bus.forEachStored(filter, message -> emit(message, emitter));
            if (!follow) {
                emitter.complete();
            }
        } catch (IOException fault) {
            emitter.fail(
                    io.grpc.Status.UNAVAILABLE.withDescription("logs: " + fault.getMessage()).asRuntimeException());
        }
    }

    private static void close(AutoCloseable following) {
        try {
            following.close();
        } catch (Exception gone) {
            throw new IllegalStateException("the subscription can't be ended", gone);
        }
    }

    private static void emit(BusMessage message, MultiEmitter<? super Views.LogView> emitter) {
        try {
            LogLines lines = LogLines.parseFrom(message.body());
            for (LogLine line : lines.getLinesList()) {
                emitter.emit(new Views.LogView(Instant.ofEpochMilli(line.getTime()), lines.getContainer(),
                        lines.getVersion(), lines.getFunction(), line.getText()));
            }
        } catch (InvalidProtocolBufferException broken) {
            emitter.fail(broken);
        }
    }
}
