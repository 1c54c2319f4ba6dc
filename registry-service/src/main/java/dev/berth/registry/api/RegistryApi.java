package dev.berth.registry.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.berth.chassis.fault.Faults;
import dev.berth.chassis.fault.Texts;
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
import dev.berth.registry.app.AppName;
import dev.berth.registry.app.Serving;
import dev.berth.registry.control.Access;
import dev.berth.registry.control.Deployments;
import dev.berth.registry.control.Sources;
import dev.berth.registry.store.AppStore;
import dev.berth.registry.store.EnvironmentStore;
import dev.berth.registry.store.SourceStore;
import dev.berth.registry.store.SpecStore;
import dev.berth.registry.store.TokenStore;
import io.grpc.Status;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;

@GrpcService
@RegisterInterceptor(ClusterKeyServer.class)
@RegisterInterceptor(Faults.class)
@RegisterInterceptor(Texts.class)
class RegistryApi implements Registry {
    private final Deployments deployments;
    private final Sources sources;
    private final Access access;
    private final AppStore apps;
    private final EnvironmentStore environments;
    private final TokenStore tokens;
    private final SourceStore bundles;
    private final SpecStore specs;

    RegistryApi(
            Deployments deployments,
            Sources sources,
            Access access,
            AppStore apps,
            EnvironmentStore environments,
            TokenStore tokens,
            SourceStore bundles,
            SpecStore specs) {
        this.deployments = deployments;
        this.sources = sources;
        this.access = access;
        this.apps = apps;
        this.environments = environments;
        this.tokens = tokens;
        this.bundles = bundles;
        this.specs = specs;
    }

    @Override
    public Uni<DeployReply> deploy(DeployRequest request) {
        return deployments.deploy(Views.deploy(request)).map(Views::reply);
    }

    @Override
    public Uni<PlanReply> plan(DeployRequest request) {
        return deployments.plan(Views.deploy(request)).map(Views::reply);
    }

    @Override
    public Uni<DeployReply> rollback(RollbackRequest request) {
        return deployments
                .rollback(
                        new AppName(request.getEnvironment(), request.getApp()),
                        request.getVersion(),
                        request.getChosenAt(),
                        request.getUser())
                .map(Views::reply);
    }

    @Override
    public Uni<DeployReply> rollover(RolloverRequest request) {
        return deployments
                .rollover(new AppName(request.getEnvironment(), request.getApp()), request.getUser())
                .map(Views::reply);
    }

    @Override
    public Uni<App> stopApp(StopRequest request) {
        return deployments
                .stop(new AppName(request.getEnvironment(), request.getApp()), request.getUser())
                .map(Views::app);
    }

    @Override
    public Uni<App> getApp(AppRef request) {
        return deployments.app(name(request)).map(Views::app);
    }

    @Override
    public Uni<Apps> listApps(EnvironmentRef request) {
        return apps.list(request.getEnvironment()).map(RegistryApi::apps);
    }

    @Override
    public Uni<Apps> listAllApps(Empty request) {
        return apps.listAll().map(RegistryApi::apps);
    }

    private static Apps apps(List<dev.berth.registry.app.App> list) {
        return Apps.newBuilder()
                .addAllApps(list.stream().map(Views::app).toList())
                .build();
    }

    @Override
    public Uni<Versions> listVersions(AppRef request) {
        return deployments
                .app(name(request))
                .chain(found -> apps.versions(found.name()))
                .map(list -> Versions.newBuilder()
                        .addAllVersions(list.stream().map(Views::version).toList())
                        .build());
    }

    @Override
    public Uni<Version> getVersion(VersionRef request) {
        return deployments
                .version(new AppName(request.getEnvironment(), request.getApp()), request.getVersion())
                .map(Views::version);
    }

    private static AppName name(AppRef ref) {
        return new AppName(ref.getEnvironment(), ref.getApp());
    }

    @Override
    public Uni<Environments> listEnvironments(Empty request) {
        return environments
                .list()
                .map(list -> Environments.newBuilder()
                        .addAllEnvironments(
                                list.stream().map(Views::environment).toList())
                        .build());
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
                .map(made -> made.map(Views::environment)
                        .orElseThrow(() -> Status.ALREADY_EXISTS
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
        return bundles.find(request.getDigest())
                .map(found -> found.map(Views::source)
                        .orElseGet(() -> SourceInfo.newBuilder()
                                .setDigest(request.getDigest())
                                .build()));
    }

    @Override
    public Uni<Empty> putSourceChunk(SourceChunk request) {
        return sources.put(
                        request.getUpload(),
                        request.getIndex(),
                        request.getData().toByteArray())
                .replaceWith(Empty.getDefaultInstance());
    }

    @Override
    public Uni<SourceInfo> completeSource(SourceUpload request) {
        return sources.complete(request.getUpload(), request.getDigest(), request.getChunks())
                .map(Views::source);
    }

    @Override
    public Uni<Empty> dropSource(SourceUpload request) {
        return sources.drop(request.getUpload()).replaceWith(Empty.getDefaultInstance());
    }

    @Override
    public Uni<SourceChunk> getSourceChunk(SourceChunkRef request) {
        return sources.chunk(request.getDigest(), request.getIndex())
                .map(data -> SourceChunk.newBuilder()
                        .setIndex(request.getIndex())
                        .setData(data.map(UnsafeByteOperations::unsafeWrap).orElse(ByteString.EMPTY))
                        .build());
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
        return apps.reportLive(new Serving(
                        new AppName(request.getEnvironment(), request.getApp()),
                        request.getLife(),
                        request.getVersion()))
                .replaceWith(Empty.getDefaultInstance());
    }

    @Override
    public Uni<Token> authenticate(Token request) {
        return access.authenticate(request.getSecret()).map(Views::token);
    }

    @Override
    public Uni<Token> createToken(CreateTokenRequest request) {
        return access.create(request.getUser()).map(Views::token);
    }

    @Override
    public Uni<Tokens> listTokens(Empty request) {
        return tokens.list()
                .map(list -> Tokens.newBuilder()
                        .addAllTokens(list.stream().map(Views::token).toList())
                        .build());
    }

    @Override
    public Uni<Token> revokeToken(TokenRef request) {
        return access.revoke(request.getId()).map(Views::token);
    }
}
