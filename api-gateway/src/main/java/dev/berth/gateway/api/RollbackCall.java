package dev.berth.gateway.api;

import dev.berth.gateway.client.Services;
import dev.berth.gateway.control.Rollbacks;
import dev.berth.gateway.status.AppName;
import dev.berth.protocol.v1.DeployReply;
import dev.berth.protocol.v1.RollbackRequest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Rolls back to the version that is named, or else to the one that served before. */
@ApplicationScoped
class RollbackCall {
    private final Services services;
    private final Rollbacks rollbacks;

    RollbackCall(Services services, Rollbacks rollbacks) {
        this.services = services;
        this.rollbacks = rollbacks;
    }

    Uni<DeployReply> send(RollbackRequest request) {
        return request.getVersion() != 0
                ? services.registry().rollback(request)
                : rollbacks.toEarlier(
                        new AppName(request.getEnvironment(), request.getApp()),
                        choice -> services.registry()
                                .rollback(request.toBuilder()
                                        .setVersion(choice.version())
                                        .setChosenAt(choice.chosenAt())
                                        .build()));
    }
}
