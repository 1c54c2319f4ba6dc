package dev.berth.gateway.api;

import dev.berth.gateway.client.Services;
import dev.berth.gateway.control.Rollbacks;
import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.Apps;
import dev.berth.protocol.v1.Berth;
import dev.berth.protocol.v1.Containers;
import dev.berth.protocol.v1.ContainersRequest;
import dev.berth.protocol.v1.DeployReply;
import dev.berth.protocol.v1.DeployRequest;
import dev.berth.protocol.v1.Empty;
import dev.berth.protocol.v1.EnvironmentRef;
import dev.berth.protocol.v1.Nodes;
import dev.berth.protocol.v1.PlanReply;
import dev.berth.protocol.v1.RollbackRequest;
import dev.berth.protocol.v1.Rollout;
import dev.berth.protocol.v1.RolloverRequest;
import dev.berth.protocol.v1.StopRequest;
import dev.berth.protocol.v1.Token;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionRef;
import dev.berth.protocol.v1.Versions;
import io.grpc.Status;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.smallrye.mutiny.Uni;
import java.util.function.Function;

/** The outside over gRPC: each call is authenticated, then goes where it belongs. */
@GrpcService
@RegisterInterceptor(BearerToken.class)
class BerthApi implements Berth {
    private final Services services;
    private final Rollbacks rollbacks;

    BerthApi(Services services, Rollbacks rollbacks) {
        this.services = services;
        this.rollbacks = rollbacks;
    }

    private <T> Uni<T> as(Function<String, Uni<T>> call) {
        String secret = Authentication.secret(BearerToken.HEADER_OF_CALL.get());
        if (secret == null) {
            throw Status.UNAUTHENTICATED.withDescription(Authentication.HINT).asRuntimeException();
        }
        return services.registry().authenticate(Token.newBuilder().setSecret(secret).build())
                .chain(token -> call.apply(token.getUser()));
    }

    @Override
    public Uni<DeployReply> deploy(DeployRequest request) {
        return as(user -> services.registry().deploy(request.toBuilder().setUser(user).build()));
    }

    @Override
    public Uni<PlanReply> plan(DeployRequest request) {
        return as(user -> services.registry().plan(request));
    }

    @Override
    public Uni<DeployReply> rollback(RollbackRequest request) {
        return as(user -> rollbacks.rollback(request.toBuilder().setUser(user).build()));
    }

    @Override
    public Uni<DeployReply> rollover(RolloverRequest request) {
        return as(user -> services.registry().rollover(request.toBuilder().setUser(user).build()));
    }

    @Override
    public Uni<App> stopApp(StopRequest request) {
        return as(user -> services.registry().stopApp(request.toBuilder().setUser(user).build()));
    }

    @Override
    public Uni<App> getApp(AppRef request) {
        return as(user -> services.registry().getApp(request));
    }

    @Override
    public Uni<Apps> listApps(EnvironmentRef request) {
        return as(user -> services.registry().listApps(request));
    }

    @Override
    public Uni<Versions> listVersions(AppRef request) {
        return as(user -> services.registry().listVersions(request));
    }

    @Override
    public Uni<Version> getVersion(VersionRef request) {
        return as(user -> services.registry().getVersion(request));
    }

    @Override
    public Uni<Rollout> getRollout(VersionRef request) {
        return as(user -> services.registry().getVersion(request)
                .chain(found -> services.scheduler().getRollout(request)));
    }

    @Override
    public Uni<Containers> listContainers(ContainersRequest request) {
        return as(user -> services.scheduler().listContainers(request));
    }

    @Override
    public Uni<Nodes> listNodes(Empty request) {
        return as(user -> services.scheduler().listNodes(request));
    }
}
