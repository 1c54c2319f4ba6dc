package dev.berth.gateway.api;

import dev.berth.gateway.client.Output;
import dev.berth.gateway.client.RegistryClient;
import dev.berth.gateway.client.Services;
import dev.berth.gateway.control.Statuses;
import dev.berth.gateway.status.AppName;
import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.AppStatus;
import dev.berth.protocol.v1.AppStatuses;
import dev.berth.protocol.v1.Apps;
import dev.berth.protocol.v1.Berth;
import dev.berth.protocol.v1.Containers;
import dev.berth.protocol.v1.ContainersRequest;
import dev.berth.protocol.v1.CreateTokenRequest;
import dev.berth.protocol.v1.DeployReply;
import dev.berth.protocol.v1.DeployRequest;
import dev.berth.protocol.v1.Empty;
import dev.berth.protocol.v1.Environment;
import dev.berth.protocol.v1.EnvironmentRef;
import dev.berth.protocol.v1.Environments;
import dev.berth.protocol.v1.LogLines;
import dev.berth.protocol.v1.LogsRequest;
import dev.berth.protocol.v1.Nodes;
import dev.berth.protocol.v1.PlanReply;
import dev.berth.protocol.v1.RollbackRequest;
import dev.berth.protocol.v1.Rollout;
import dev.berth.protocol.v1.Rollouts;
import dev.berth.protocol.v1.RolloverRequest;
import dev.berth.protocol.v1.SourceChunk;
import dev.berth.protocol.v1.SourceInfo;
import dev.berth.protocol.v1.SourceRef;
import dev.berth.protocol.v1.SourceUpload;
import dev.berth.protocol.v1.StopRequest;
import dev.berth.protocol.v1.Token;
import dev.berth.protocol.v1.TokenRef;
import dev.berth.protocol.v1.Tokens;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionRef;
import dev.berth.protocol.v1.Versions;
import io.grpc.Status;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.function.Function;

/** The outside over gRPC: each call is authenticated, then goes where it belongs. */
@GrpcService
@RegisterInterceptor(BearerToken.class)
class BerthApi implements Berth {
    private final Services services;
    private final Statuses statuses;
    private final RollbackCall rollbackCall;
    private final Output output;

    BerthApi(Services services, Statuses statuses, RollbackCall rollbackCall, Output output) {
        this.services = services;
        this.statuses = statuses;
        this.rollbackCall = rollbackCall;
        this.output = output;
    }

    private <T> Uni<T> as(Function<String, Uni<T>> call) {
        return user().chain(call::apply);
    }

    private static AppName name(AppRef ref) {
        return new AppName(ref.getEnvironment(), ref.getApp());
    }

    /** The user whose token this call carries. */
    private Uni<String> user() {
        String secret = Authentication.secret(BearerToken.HEADER_OF_CALL.get());
        if (secret == null) {
            throw Status.UNAUTHENTICATED.withDescription(Authentication.HINT).asRuntimeException();
        }
        return services.registry()
                .authenticate(Token.newBuilder().setSecret(secret).build())
                .map(Token::getUser);
    }

    @Override
    public Uni<DeployReply> deploy(DeployRequest request) {
        return as(user ->
                services.registry().deploy(request.toBuilder().setUser(user).build()));
    }

    @Override
    public Uni<PlanReply> plan(DeployRequest request) {
        return as(user -> services.registry().plan(request));
    }

    @Override
    public Uni<DeployReply> rollback(RollbackRequest request) {
        return as(user -> rollbackCall.send(request.toBuilder().setUser(user).build()));
    }

    @Override
    public Uni<DeployReply> rollover(RolloverRequest request) {
        return as(user ->
                services.registry().rollover(request.toBuilder().setUser(user).build()));
    }

    @Override
    public Uni<App> stopApp(StopRequest request) {
        return as(user ->
                services.registry().stopApp(request.toBuilder().setUser(user).build()));
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
    public Uni<AppStatus> getStatus(AppRef request) {
        return as(user ->
                services.registry().getApp(request).map(app -> StatusMessages.of(statuses.of(RegistryClient.of(app)))));
    }

    @Override
    public Uni<AppStatuses> listStatuses(EnvironmentRef request) {
        return as(user -> services.registry()
                .listApps(request)
                .map(apps -> AppStatuses.newBuilder()
                        .addAllApps(apps.getAppsList().stream()
                                .map(app -> StatusMessages.of(statuses.of(RegistryClient.of(app))))
                                .toList())
                        .build()));
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
    public Uni<Rollouts> listRollouts(AppRef request) {
        return as(user -> services.registry()
                .listVersions(request)
                .chain(versions -> statuses.rollouts(
                        name(request),
                        versions.getVersionsList().stream()
                                .map(RegistryClient::of)
                                .toList()))
                .map(list -> Rollouts.newBuilder()
                        .addAllRollouts(list.stream().map(StatusMessages::of).toList())
                        .build()));
    }

    @Override
    public Uni<Rollout> getRollout(VersionRef request) {
        return as(user -> services.registry()
                .getVersion(request)
                .chain(version -> statuses.rollout(RegistryClient.of(version)))
                .map(StatusMessages::of));
    }

    @Override
    public Uni<Containers> listContainers(ContainersRequest request) {
        return as(user -> request.getApp().isEmpty()
                        ? Uni.createFrom().item(statuses.containers(request.getEnvironment()))
                        : statuses.containers(new AppName(request.getEnvironment(), request.getApp())))
                .map(list -> Containers.newBuilder()
                        .addAllContainers(list.stream().map(StatusMessages::of).toList())
                        .build());
    }

    @Override
    public Multi<LogLines> logs(LogsRequest request) {
        return user().onItem().transformToMulti(user -> output.read(request));
    }

    @Override
    public Uni<Nodes> listNodes(Empty request) {
        return as(user -> Uni.createFrom().item(statuses.nodes()))
                .map(list -> Nodes.newBuilder()
                        .addAllNodes(list.stream().map(StatusMessages::of).toList())
                        .build());
    }

    @Override
    public Uni<Environments> listEnvironments(Empty request) {
        return as(user -> services.registry().listEnvironments(request));
    }

    @Override
    public Uni<Environment> createEnvironment(EnvironmentRef request) {
        return as(user -> services.registry().createEnvironment(request));
    }

    @Override
    public Uni<Empty> deleteEnvironment(EnvironmentRef request) {
        return as(user -> services.registry().deleteEnvironment(request));
    }

    @Override
    public Uni<Tokens> listTokens(Empty request) {
        return as(user -> services.registry().listTokens(request));
    }

    @Override
    public Uni<Token> createToken(CreateTokenRequest request) {
        return as(user -> services.registry().createToken(request));
    }

    @Override
    public Uni<Token> revokeToken(TokenRef request) {
        return as(user -> services.registry().revokeToken(request));
    }

    @Override
    public Uni<SourceInfo> findSource(SourceRef request) {
        return as(user -> services.registry().findSource(request));
    }

    @Override
    public Uni<Empty> putSourceChunk(SourceChunk request) {
        return as(user -> services.registry().putSourceChunk(request));
    }

    @Override
    public Uni<SourceInfo> completeSource(SourceUpload request) {
        return as(user -> services.registry().completeSource(request));
    }

    @Override
    public Uni<Empty> dropSource(SourceUpload request) {
        return as(user -> services.registry().dropSource(request));
    }
}
