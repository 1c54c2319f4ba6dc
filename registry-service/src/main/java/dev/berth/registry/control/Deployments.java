package dev.berth.registry.control;

import dev.berth.registry.app.App;
import dev.berth.registry.app.AppName;
import dev.berth.registry.app.AppSpec;
import dev.berth.registry.app.Deploy;
import dev.berth.registry.app.Origin;
import dev.berth.registry.app.Version;
import dev.berth.registry.store.AppStore;
import dev.berth.registry.store.EncodedSpec;
import io.grpc.Status;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Makes versions: by deploy, rollback and rollover. */
@ApplicationScoped
public class Deployments {
    private final AppStore apps;
    private final Outbox outbox;
    private final RegistryConfig config;
    private final RegistryMeters meters;
    private final InstantSource clock = InstantSource.system();

    Deployments(AppStore apps, Outbox outbox, RegistryConfig config, RegistryMeters meters) {
        this.apps = apps;
        this.outbox = outbox;
        this.config = config;
        this.meters = meters;
    }

    /** @throws io.grpc.StatusRuntimeException INVALID_ARGUMENT for a manifest that is neither YAML nor JSON */
    public Uni<Deployed> deploy(Deploy wanted) {
        return switch (Proposal.of(wanted)) {
            case Proposal.Refused refused -> Uni.createFrom().item(new Deployed.Refused(refused.problems()));
            case Proposal.Malformed(String message) -> throw malformed(message);
            case Proposal.Sound(AppSpec spec, String digest) -> {
                AppName name = new AppName(wanted.environment(), spec.app());
                yield added(
                        apps.add(new AppStore.NewVersion(
                                name,
                                new Origin.Deploy(),
                                wanted.user(),
                                clock.instant(),
                                wanted.tag(),
                                wanted.commit(),
                                spec,
                                digest,
                                wanted.evenIfIdentical())),
                        name,
                        0);
            }
        };
    }

    /** As {@link #deploy}, but nothing is stored. */
    public Uni<Plan> plan(Deploy wanted) {
        return switch (Proposal.of(wanted)) {
            case Proposal.Refused refused -> Uni.createFrom().item(new Plan.Refused(refused.problems()));
            case Proposal.Malformed(String message) -> throw malformed(message);
            case Proposal.Sound(AppSpec spec, String digest) -> {
                AppName name = new AppName(wanted.environment(), spec.app());
                AppSpec proposed = EncodedSpec.digested(spec);
                yield apps.find(name)
                        .chain(found -> found.isEmpty()
                                ? Uni.createFrom().item(new Plan.Sound(proposed, Optional.empty(), false))
                                : version(name, found.get().newest())
                                        .map(newest -> new Plan.Sound(
                                                proposed,
                                                Optional.of(newest),
                                                found.get().stop().isEmpty()
                                                        && newest.specDigest().equals(digest))));
            }
        };
    }

    /** @param chosenAt the newest version when {@code version} was chosen; 0 where a user named it */
    public Uni<Deployed> rollback(AppName app, int version, int chosenAt, String user) {
        if (version < 1) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("name a version to go back to, from 1 on")
                    .asRuntimeException();
        }
        return added(apps.add(new AppStore.Copy(app, version, chosenAt, user, clock.instant())), app, version);
    }

    public Uni<Deployed> rollover(AppName app, String user) {
        return added(apps.add(new AppStore.Copy(app, 0, 0, user, clock.instant())), app, 0);
    }

    public Uni<App> stop(AppName name, String user) {
        Instant now = clock.instant();
        return apps.stop(name, user, now, now.plus(config.retention()))
                .map(app -> app.orElseThrow(() -> unknownApp(name)))
                .invoke(outbox::wake);
    }

    /** @throws io.grpc.StatusRuntimeException NOT_FOUND, as everything here that is about an app */
    public Uni<App> app(AppName name) {
        return apps.find(name).map(app -> app.orElseThrow(() -> unknownApp(name)));
    }

    public Uni<Version> version(AppName name, int number) {
        return apps.version(name, number)
                .chain(found -> found.isPresent()
                        ? Uni.createFrom().item(found.get())
                        : app(name).map(app -> {
                            throw unknownVersion(name, number, app.newest());
                        }));
    }

    private static String kind(Origin origin) {
        return switch (origin) {
            case Origin.Deploy deploy -> "deploy";
            case Origin.Rollback back -> "rollback";
            case Origin.Rollover over -> "rollover";
        };
    }

    private Uni<Deployed> added(Uni<AppStore.Added> attempt, AppName app, int copied) {
        return attempt.onFailure(AppStore.LabelTakenException.class)
                .retry()
                .atMost(1)
                .map(added -> switch (added) {
                    case AppStore.Added.Created created -> {
                        outbox.wake();
                        meters.made(kind(created.version().origin()));
                        yield new Deployed.Created(created.version());
                    }
                    case AppStore.Added.Identical identical -> new Deployed.Identical(identical.version());
                    case AppStore.Added.LabelTaken taken ->
                        throw Status.ALREADY_EXISTS
                                .withDescription("label " + taken.label() + " belongs to app "
                                        + taken.owner().app() + " in environment "
                                        + taken.owner().environment()
                                        + (taken.stopped()
                                                ? ", which was stopped and may still answer under it; try again in a moment, or"
                                                : ";")
                                        + " rename the app or function, or set web.label")
                                .asRuntimeException();
                    case AppStore.Added.NoEnvironment none ->
                        throw Status.NOT_FOUND
                                .withDescription("there is no environment "
                                        + app.environment() + "; create it with: berth environment create "
                                        + app.environment())
                                .asRuntimeException();
                    case AppStore.Added.NoApp none -> throw unknownApp(app);
                    case AppStore.Added.NoVersion none -> throw unknownVersion(app, copied, none.newest());
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

    private static RuntimeException malformed(String message) {
        return Status.INVALID_ARGUMENT.withDescription(message).asRuntimeException();
    }

    private static RuntimeException unknownVersion(AppName app, int version, int newest) {
        return Status.NOT_FOUND
                .withDescription("app " + app.app() + " has no version " + version + "; its newest is " + newest)
                .asRuntimeException();
    }

    private static RuntimeException unknownApp(AppName app) {
        return Status.NOT_FOUND
                .withDescription("there is no app " + app.app() + " in environment " + app.environment()
                        + "; see: berth app list")
                .asRuntimeException();
    }
}
