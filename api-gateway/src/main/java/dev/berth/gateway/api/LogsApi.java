package dev.berth.gateway.api;

import dev.berth.gateway.client.Output;
import dev.berth.protocol.v1.LogLines;
import dev.berth.protocol.v1.LogsRequest;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** Container output, one JSON object a line: what is kept, then, where asked, what comes. */
@Path("/v1/environments/{environment}/apps/{app}/logs")
public class LogsApi {
    private final Output output;

    LogsApi(Output output) {
        this.output = output;
    }

    /** @param container only this one's; null for all */
    @GET
    @Produces("application/x-ndjson")
    public Multi<Views.LogView> logs(
            @RestPath String environment,
            @RestPath String app,
            @RestQuery boolean follow,
            @RestQuery String container) {
        return output.read(LogsRequest.newBuilder()
                        .setEnvironment(environment)
                        .setApp(app)
                        .setFollow(follow)
                        .setContainer(container == null ? "" : container)
                        .build())
                .onItem()
                .transformToIterable(LogsApi::lines);
    }

    private static List<Views.LogView> lines(LogLines message) {
        return message.getLinesList().stream()
                .map(line -> new Views.LogView(
                        Instant.ofEpochMilli(line.getTime()),
                        message.getContainer(),
                        message.getVersion(),
                        message.getFunction(),
                        line.getText()))
                .toList();
    }
}
