package dev.berth.registry.control;

import com.google.protobuf.CodedOutputStream;
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
import dev.berth.registry.app.Manifest;
import dev.berth.registry.app.Problem;
import dev.berth.registry.store.AppStore;
import io.grpc.Status;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
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
        return switch (read(request)) {
            case Manifest.Result.Invalid invalid -> Uni.createFrom()
                    .item(DeployReply.newBuilder().addAllProblems(messages(invalid.problems())).build());
            case Manifest.Result.Valid valid -> {
                AppSpec spec = SpecMessages.of(valid.spec(), request.getSourceDigest());
                yield add(new AppStore.NewVersion(request.getEnvironment(), spec.getApp(), "", VersionKind.DEPLOY, 0,
                        request.getUser(), clock.instant(), request.getTag(), request.getCommit(), spec, digest(spec),
                        request.getForce()));
            }
        };
    }

    public Uni<PlanReply> plan(DeployRequest request) {
        return switch (read(request)) {
            case Manifest.Result.Invalid invalid -> Uni.createFrom()
                    .item(PlanReply.newBuilder().addAllProblems(messages(invalid.problems())).build());
            case Manifest.Result.Valid valid -> {
                AppSpec spec = SpecMessages.of(valid.spec(), request.getSourceDigest());
                AppRef ref = AppRef.newBuilder().setEnvironment(request.getEnvironment()).setApp(spec.getApp()).build();
                yield apps.find(ref).chain(app -> app.isEmpty()
                        ? Uni.createFrom().item(PlanReply.newBuilder().setProposed(spec).build())
                        : version(ref, app.get().getNewestVersion()).map(newest -> PlanReply.newBuilder()
                                .setProposed(spec).setCurrent(newest).setIdentical(!app.get().getStopped()
                                        && newest.getSpecDigest().equals(digest(spec)))
                                .build()));
            }
        };
    }

    public Uni<DeployReply> rollback(RollbackRequest request) {
        AppRef ref = AppRef.newBuilder().setEnvironment(request.getEnvironment()).setApp(request.getApp()).build();
        return version(ref, request.getVersion()).chain(old -> add(new AppStore.NewVersion(ref.getEnvironment(),
                ref.getApp(), old.getLife(), VersionKind.ROLLBACK, old.getVersion(), request.getUser(), clock.instant(),
                old.getTag(),
                old.getCommit(), old.getSpec(), old.getSpecDigest(), true)));
    }

    public Uni<DeployReply> rollover(RolloverRequest request) {
        AppRef ref = AppRef.newBuilder().setEnvironment(request.getEnvironment()).setApp(request.getApp()).build();
        return app(ref).chain(app -> version(ref, app.getNewestVersion()))
                .chain(newest -> add(new AppStore.NewVersion(ref.getEnvironment(), ref.getApp(), newest.getLife(),
                        VersionKind.ROLLOVER,
                        0,
                        request.getUser(), clock.instant(), newest.getTag(), newest.getCommit(), newest.getSpec(),
                        newest.getSpecDigest(), true)));
    }

    public Uni<App> stop(StopRequest request) {
        AppRef ref = AppRef.newBuilder().setEnvironment(request.getEnvironment()).setApp(request.getApp()).build();
        Instant now = clock.instant();
        return apps.stop(ref, request.getUser(), now, now.plus(config.retention()))
                .map(app -> app.orElseThrow(() -> unknownApp(ref))).invoke(outbox::wake);
    }

    public Uni<App> app(AppRef ref) {
        return apps.find(ref).map(app -> app.orElseThrow(() -> unknownApp(ref)));
    }

    public Uni<Version> version(AppRef ref, int version) {
        return apps
                .version(VersionRef.newBuilder().setEnvironment(ref.getEnvironment()).setApp(ref.getApp())
                        .setVersion(version).build())
                .chain(found -> found.isPresent()
                        ? Uni.createFrom().item(found.get())
                        : app(ref).map(app -> {
                            throw Status.NOT_FOUND.withDescription("app " + ref.getApp() + " has no version " + version
                                    + "; its newest is " + app.getNewestVersion()).asRuntimeException();
                        }));
    }

    private Uni<DeployReply> add(AppStore.NewVersion wanted) {
        return apps.add(wanted).onFailure(AppStore.LabelTakenException.class).retry().atMost(1)
                .map(added -> switch (added) {
                    case AppStore.Added.Created created -> {
                        outbox.wake();
                        yield DeployReply.newBuilder().setVersion(created.version()).setCreated(true).build();
                    }
                    case AppStore.Added.Identical identical ->
                        DeployReply.newBuilder().setVersion(identical.version()).build();
                    case AppStore.Added.LabelTaken taken ->
                        throw Status.ALREADY_EXISTS.withDescription("label " + taken.label()
                                + " belongs to app " + taken.app() + " in environment " + taken.environment()
                                + "; rename the app or function, or set web.label").asRuntimeException();
                    case AppStore.Added.NoEnvironment none -> throw Status.NOT_FOUND
                            .withDescription("there is no environment "
                                    + wanted.environment() + "; create it with: berth environment create "
                                    + wanted.environment())
                            .asRuntimeException();
                    case AppStore.Added.NoApp none -> throw unknownApp(AppRef.newBuilder()
                            .setEnvironment(wanted.environment()).setApp(wanted.app()).build());
                    case AppStore.Added.NoSource none -> throw Status.FAILED_PRECONDITION
                            .withDescription("source bundle " + none.digest() + " is not there; upload it first")
                            .asRuntimeException();
                });
    }

    private static Manifest.Result read(DeployRequest request) {
        return switch (ManifestText.parse(request.getManifest())) {
            case ManifestText.Parsed.Broken broken ->
                new Manifest.Result.Invalid(List.of(new Problem("", broken.message())));
            case ManifestText.Parsed.Tree tree -> Manifest.read(request.getEnvironment(), tree.value(),
                    new Manifest.Overrides(request.getName(), request.getStrategy()));
        };
    }

    private static List<dev.berth.protocol.v1.Problem> messages(List<Problem> problems) {
        return problems.stream().map(problem -> dev.berth.protocol.v1.Problem.newBuilder().setPath(problem.path())
                .setMessage(problem.message()).build()).toList();
    }

    /** Of the deterministic encoding: protobuf maps have no order of their own. */
    private static String digest(AppSpec spec) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(spec.getSerializedSize());
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.useDeterministicSerialization();
        try {
            spec.writeTo(out);
            out.flush();
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static RuntimeException unknownApp(AppRef ref) {
        return Status.NOT_FOUND.withDescription("there is no app " + ref.getApp() + " in environment "
                + ref.getEnvironment() + "; see: berth app list").asRuntimeException();
    }
}
