package dev.berth.registry.api;

import com.google.protobuf.UnsafeByteOperations;
import dev.berth.chassis.fault.Faults;
import dev.berth.chassis.key.ClusterKeyServer;
import dev.berth.protocol.name.Names;
import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.Apps;
import dev.berth.protocol.v1.CreateTokenRequest;
import dev.berth.protocol.v1.DeployReply;
import dev.berth.protocol.v1.DeployRequest;
import dev.berth.protocol.v1.Empty;
import dev.berth.protocol.v1.Environment;
import dev.berth.protocol.v1.EnvironmentRef;
import dev.berth.protocol.v1.Environments;
import dev.berth.protocol.v1.LiveReport;
import dev.berth.protocol.v1.PlanReply;
import dev.berth.protocol.v1.Registry;
import dev.berth.protocol.v1.RollbackRequest;
import dev.berth.protocol.v1.RolloverRequest;
import dev.berth.protocol.v1.SourceChunk;
import dev.berth.protocol.v1.SourceChunkRef;
import dev.berth.protocol.v1.SourceInfo;
import dev.berth.protocol.v1.SourceRef;
import dev.berth.protocol.v1.SourceUpload;
import dev.berth.protocol.v1.SpecBytes;
import dev.berth.protocol.v1.SpecRef;
import dev.berth.protocol.v1.StopRequest;
import dev.berth.protocol.v1.Token;
import dev.berth.protocol.v1.TokenRef;
import dev.berth.protocol.v1.Tokens;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionRef;
import dev.berth.protocol.v1.Versions;
import dev.berth.registry.control.Access;
import dev.berth.registry.control.Deployments;
import dev.berth.registry.control.Sources;
import dev.berth.registry.store.AppStore;
import dev.berth.registry.store.EnvironmentStore;
import dev.berth.registry.store.SpecStore;
import dev.berth.registry.store.TokenStore;
import io.grpc.Status;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.smallrye.mutiny.Uni;
import java.time.Instant;

@GrpcService
@RegisterInterceptor(ClusterKeyServer.class)
@RegisterInterceptor(Faults.class)
class RegistryApi implements Registry {
    private final Deployments deployments;
    private final Sources sources;
    private final Access access;
    private final AppStore apps;
    private final EnvironmentStore environments;
    private final TokenStore tokens;
    private final SpecStore specs;

    RegistryApi(
            Deployments deployments,
            Sources sources,
            Access access,
            AppStore apps,
            EnvironmentStore environments,
            TokenStore tokens,
            SpecStore specs) {
        this.deployments = deployments;
        this.sources = sources;
        this.access = access;
        this.apps = apps;
        this.environments = environments;
        this.tokens = tokens;
        this.specs = specs;
    }

    @Override
    public Uni<DeployReply> deploy(DeployRequest request) {
        return deployments.deploy(request);
    }

    @Override
    public Uni<PlanReply> plan(DeployRequest request) {
        return deployments.plan(request);
    }

    @Override
    public Uni<DeployReply> rollback(RollbackRequest request) {
        return deployments.rollback(request);
    }

    @Override
    public Uni<DeployReply> rollover(RolloverRequest request) {
        return deployments.rollover(request);
    }

    @Override
    public Uni<App> stopApp(StopRequest request) {
        return deployments.stop(request);
    }

    @Override
    public Uni<App> getApp(AppRef request) {
        return deployments.app(request);
    }

    @Override
    public Uni<Apps> listApps(EnvironmentRef request) {
        return apps.list(request.getEnvironment())
                .map(list -> Apps.newBuilder().addAllApps(list).build());
    }

    @Override
    public Uni<Apps> listAllApps(Empty request) {
        return apps.listAll().map(list -> Apps.newBuilder().addAllApps(list).build());
    }

    @Override
    public Uni<Versions> listVersions(AppRef request) {
        return deployments
                .app(request)
                .chain(() -> apps.versions(request))
                .map(list -> Versions.newBuilder().addAllVersions(list).build());
    }

    @Override
    public Uni<Version> getVersion(VersionRef request) {
        return deployments.version(
                AppRef.newBuilder()
                        .setEnvironment(request.getEnvironment())
                        .setApp(request.getApp())
                        .build(),
                request.getVersion());
    }

    @Override
    public Uni<Environments> listEnvironments(Empty request) {
        return environments
                .list()
                .map(list -> Environments.newBuilder().addAllEnvironments(list).build());
    }

    @Override
    public Uni<Environment> createEnvironment(EnvironmentRef request) {
        if (!Names.validEnvironment(request.getEnvironment())) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("\"" + request.getEnvironment() + "\" is no valid name of an environment: "
                            + Names.ENVIRONMENT_RULE)
                    .asRuntimeException();
        }
        return environments
                .create(request.getEnvironment(), Instant.now())
                .map(made -> made.orElseThrow(() -> Status.ALREADY_EXISTS
                        .withDescription("environment " + request.getEnvironment() + " is there already")
                        .asRuntimeException()));
    }

    @Override
    public Uni<Empty> deleteEnvironment(EnvironmentRef request) {
        return environments.delete(request.getEnvironment()).map(deleted -> switch (deleted) {
            case DONE -> Empty.getDefaultInstance();
            case UNKNOWN ->
                throw Status.NOT_FOUND
                        .withDescription("there is no environment " + request.getEnvironment())
                        .asRuntimeException();
            case HAS_APPS ->
                throw Status.FAILED_PRECONDITION
                        .withDescription("environment " + request.getEnvironment()
                                + " still has apps; stop them and wait until they are collected")
                        .asRuntimeException();
        });
    }

    @Override
    public Uni<SourceInfo> findSource(SourceRef request) {
        return sources.find(request.getDigest());
    }

    @Override
    public Uni<Empty> putSourceChunk(SourceChunk request) {
        return sources.put(request).replaceWith(Empty.getDefaultInstance());
    }

    @Override
    public Uni<SourceInfo> completeSource(SourceUpload request) {
        return sources.complete(request);
    }

    @Override
    public Uni<Empty> dropSource(SourceUpload request) {
        return sources.drop(request.getUpload()).replaceWith(Empty.getDefaultInstance());
    }

    @Override
    public Uni<SourceChunk> getSourceChunk(SourceChunkRef request) {
        return sources.get(request.getDigest(), request.getIndex());
    }

    @Override
    public Uni<SpecBytes> getContainerSpec(SpecRef request) {
        return specs.find(request.getDigest())
                .map(found -> SpecBytes.newBuilder()
                        .setData(UnsafeByteOperations.unsafeWrap(found.orElseThrow(() -> Status.NOT_FOUND
                                .withDescription("there is no container spec " + request.getDigest()
                                        + ": no version has it, or the app that had it was collected")
                                .asRuntimeException())))
                        .build());
    }

    @Override
    public Uni<Empty> reportLive(LiveReport request) {
        return apps.reportLive(request).replaceWith(Empty.getDefaultInstance());
    }

    @Override
    public Uni<Token> authenticate(Token request) {
        return access.authenticate(request.getSecret());
    }

    @Override
    public Uni<Token> createToken(CreateTokenRequest request) {
        return access.create(request.getUser());
    }

    @Override
    public Uni<Tokens> listTokens(Empty request) {
        return tokens.list().map(list -> Tokens.newBuilder().addAllTokens(list).build());
    }

    @Override
    public Uni<Token> revokeToken(TokenRef request) {
        return access.revoke(request.getId());
    }
}
