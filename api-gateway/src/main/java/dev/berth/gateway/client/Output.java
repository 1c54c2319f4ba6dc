package dev.berth.gateway.client;

import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.LogLines;
import dev.berth.protocol.v1.LogsRequest;
import io.grpc.Status;
import io.smallrye.mutiny.Multi;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/** What the containers of an app print. */
@ApplicationScoped
public class Output {
    private final Services services;
    private final Logs logs;

    Output(Services services, Logs logs) {
        this.services = services;
        this.logs = logs;
    }

    /** @throws io.grpc.StatusRuntimeException NOT_FOUND where there is no such app */
    public Multi<LogLines> read(LogsRequest request) {
        String environment = request.getEnvironment();
        String app = request.getApp();
        String filter = request.getContainer().matches("[a-z0-9-]+")
                ? Subjects.logs(environment, app, request.getContainer())
                : Subjects.logsOf(environment, app);
        return services.registry()
                .getApp(AppRef.newBuilder()
                        .setEnvironment(environment)
                        .setApp(app)
                        .build())
                .onItem()
                .transformToMulti(found -> logs.read(filter, request.getFollow()))
                .onFailure(IOException.class)
                .transform(fault -> Status.UNAVAILABLE
                        .withDescription("logs: " + fault.getMessage())
                        .asRuntimeException());
    }
}
