package dev.berth.gateway.api;

import dev.berth.gateway.client.Logs;
import dev.berth.gateway.client.Services;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.LogLines;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** Container output, one JSON object a line: what is kept, then, where asked, what comes. */
@Path("/v1/environments/{environment}/apps/{app}/logs")
public class LogsApi {
    private final Services services;
    private final Logs logs;

    LogsApi(Services services, Logs logs) {
        this.services = services;
        this.logs = logs;
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
        return services.registry().getApp(ref).onItem()
                .transformToMulti(found -> logs.read(filter, follow).onItem().transformToIterable(LogsApi::lines))
                .onFailure(IOException.class).transform(fault -> io.grpc.Status.UNAVAILABLE
                        .withDescription("logs: " + fault.getMessage()).asRuntimeException());
    }

    private static List<Views.LogView> lines(LogLines message) {
        return message.getLinesList().stream().map(line -> new Views.LogView(Instant.ofEpochMilli(line.getTime()),
                message.getContainer(), message.getVersion(), message.getFunction(), line.getText())).toList();
    }
}
