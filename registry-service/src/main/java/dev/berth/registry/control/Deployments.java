package dev.berth.registry.control;

import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.AppSpec;
import dev.berth.protocol.v1.DeployReply;
import dev.berth.protocol.v1.DeployRequest;
import dev.berth.protocol.v1.PlanReply;
import dev.berth.protocol.v1.RollbackRequest;
import dev.berth.protocol.v1.RolloverRequest;
import dev.berth.protocol.v1.StopRequest;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionKind;
import dev.berth.protocol.v1.VersionRef;
import dev.berth.registry.app.Problem;
import dev.berth.registry.store.AppStore;
import dev.berth.registry.store.EncodedSpec;
import io.grpc.Status;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Makes versions: by deploy, rollback and rollover. */
@ApplicationScoped
public class Deployments {
    private final AppStore apps;
    private final Outbox outbox;
    private final RegistryConfig config;
    private final InstantSource clock = InstantSource.system();

    Deployments(AppStore apps, Outbox outbox, RegistryConfig config) {
        this.apps = apps;
        this.outbox = outbox;
        this.config = config;
    }

    public Uni<DeployReply> deploy(DeployRequest request) {
        return switch (Proposal.of(request)) {
            case Proposal.Refused refused ->
                Uni.createFrom()
                        .item(DeployReply.newBuilder()
                                .addAllProblems(messages(refused.problems()))
                                .build());
            case Proposal.Malformed(String message) -> throw malformed(message);
            case Proposal.Sound(AppSpec spec, String digest) ->
                add(new AppStore.NewVersion(
                        request.getEnvironment(),
                        spec.getApp(),
                        VersionKind.DEPLOY,
                        0,
                        request.getUser(),
                        clock.instant(),
                        request.getTag(),
                        request.getCommit(),
                        spec,
                        digest,
                        request.getForce()));
        };
    }

    public Uni<PlanReply> plan(DeployRequest request) {
        return switch (Proposal.of(request)) {
            case Proposal.Refused refused ->
                Uni.createFrom()
                        .item(PlanReply.newBuilder()
                                .addAllProblems(messages(refused.problems()))
                                .build());
            case Proposal.Malformed(String message) -> throw malformed(message);
            case Proposal.Sound(AppSpec spec, String digest) -> {
                AppRef ref = AppRef.newBuilder()
                        .setEnvironment(request.getEnvironment())
                        .setApp(spec.getApp())
                        .build();
                PlanReply.Builder reply = PlanReply.newBuilder().setProposed(EncodedSpec.digested(spec));
                yield apps.find(ref)
                        .chain(app -> app.isEmpty()
                                ? Uni.createFrom().item(reply.build())
                                : version(ref, app.get().getNewestVersion())
                                        .map(newest -> reply.setCurrent(newest)
                                                .setIdentical(!app.get().getStopped()
                                                        && newest.getSpecDigest()
                                                                .equals(digest))
                                                .build()));
            }
        };
    }

    public Uni<DeployReply> rollback(RollbackRequest request) {
        if (request.getVersion() < 1) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("name a version to go back to, from 1 on")
                    .asRuntimeException();
        }
        return add(new AppStore.Copy(
                request.getEnvironment(),
                request.getApp(),
                request.getVersion(),
                request.getChosenAt(),
                request.getUser(),
                clock.instant()));
    }

    public Uni<DeployReply> rollover(RolloverRequest request) {
        return add(new AppStore.Copy(
                request.getEnvironment(), request.getApp(), 0, 0, request.getUser(), clock.instant()));
    }

    public Uni<App> stop(StopRequest request) {
        AppRef ref = AppRef.newBuilder()
                .setEnvironment(request.getEnvironment())
                .setApp(request.getApp())
                .build();
        Instant now = clock.instant();
        return apps.stop(ref, request.getUser(), now, now.plus(config.retention()))
                .map(app -> app.orElseThrow(() -> unknownApp(ref)))
                .invoke(outbox::wake);
    }

    public Uni<App> app(AppRef ref) {
        return apps.find(ref).map(app -> app.orElseThrow(() -> unknownApp(ref)));
    }

    public Uni<Version> version(AppRef ref, int version) {
        return apps.version(VersionRef.newBuilder()
                        .setEnvironment(ref.getEnvironment())
                        .setApp(ref.getApp())
                        .setVersion(version)
                        .build())
                .chain(found -> found.isPresent()
                        ? Uni.createFrom().item(found.get())
                        : app(ref).map(app -> {
                            throw unknownVersion(ref, version, app.getNewestVersion());
                        }));
    }

    private Uni<DeployReply> add(AppStore.NewVersion wanted) {
        return added(apps.add(wanted), ref(wanted.environment(), wanted.app()), 0);
    }

    private Uni<DeployReply> add(AppStore.Copy wanted) {
        return added(apps.add(wanted), ref(wanted.environment(), wanted.app()), wanted.version());
    }

    private Uni<DeployReply> added(Uni<AppStore.Added> attempt, AppRef ref, int copied) {
        return attempt.onFailure(AppStore.LabelTakenException.class)
                .retry()
                .atMost(1)
                .map(added -> switch (added) {
                    case AppStore.Added.Created created -> {
                        outbox.wake();
                        yield DeployReply.newBuilder()
                                .setVersion(created.version())
                                .setCreated(true)
                                .build();
                    }
                    case AppStore.Added.Identical identical ->
                        DeployReply.newBuilder().setVersion(identical.version()).build();
                    case AppStore.Added.LabelTaken taken ->
                        throw Status.ALREADY_EXISTS
                                .withDescription("label " + taken.label()
                                        + " belongs to app " + taken.app() + " in environment " + taken.environment()
                                        + (taken.stopped()
                                                ? ", which was stopped and may still answer under it; try again in a moment, or"
                                                : ";")
                                        + " rename the app or function, or set web.label")
                                .asRuntimeException();
                    case AppStore.Added.NoEnvironment none ->
                        throw Status.NOT_FOUND
                                .withDescription("there is no environment "
                                        + ref.getEnvironment() + "; create it with: berth environment create "
                                        + ref.getEnvironment())
                                .asRuntimeException();
                    case AppStore.Added.NoApp none -> throw unknownApp(ref);
                    case AppStore.Added.NoVersion none -> throw unknownVersion(ref, copied, none.newest());
                    case AppStore.Added.Overtaken overtaken ->
                        throw Status.ABORTED
                                .withDescription("v" + overtaken.newest() + " was made meanwhile; try again")
                                .asRuntimeException();
                    case AppStore.Added.NoSource none ->
                        throw Status.FAILED_PRECONDITION
                                .withDescription("source bundle " + none.digest() + " is not there; upload it first")
                                .asRuntimeException();
                });
    }

    private static AppRef ref(String environment, String app) {
        return AppRef.newBuilder().setEnvironment(environment).setApp(app).build();
    }

    private static List<dev.berth.protocol.v1.Problem> messages(List<Problem> problems) {
        return problems.stream()
                .map(problem -> dev.berth.protocol.v1.Problem.newBuilder()
                        .setPath(problem.path())
                        .setMessage(problem.message())
                        .build())
                .toList();
    }

    private static RuntimeException malformed(String message) {
        return Status.INVALID_ARGUMENT.withDescription(message).asRuntimeException();
    }

    private static RuntimeException unknownVersion(AppRef ref, int version, int newest) {
        return Status.NOT_FOUND
                .withDescription("app " + ref.getApp() + " has no version " + version + "; its newest is " + newest)
                .asRuntimeException();
    }

    private static RuntimeException unknownApp(AppRef ref) {
        return Status.NOT_FOUND
                .withDescription("there is no app " + ref.getApp() + " in environment " + ref.getEnvironment()
                        + "; see: berth app list")
                .asRuntimeException();
    }
}
