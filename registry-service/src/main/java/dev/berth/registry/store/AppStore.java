package dev.berth.registry.store;

import dev.berth.registry.app.App;
import dev.berth.registry.app.AppName;
import dev.berth.registry.app.AppSpec;
import dev.berth.registry.app.Origin;
import dev.berth.registry.app.Serving;
import dev.berth.registry.app.Version;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Apps and their versions. Every change locks the app's row first: that is what keeps version numbers without gaps
 * under concurrent deploys. The change, its audit entry and its outbox entry are one transaction.
 */
@ApplicationScoped
public class AppStore {

    /** What a new version is made of, but its number. */
    public record NewVersion(
            AppName app,
            Origin origin,
            String user,
            Instant at,
            String tag,
            String commit,
            AppSpec spec,
            String specDigest,
            boolean evenIfIdentical) {}

    /**
     * A new version that has an older one's spec.
     *
     * @param version to go back to; 0 for a rollover, which copies the newest one at the instant at which it is stored
     * @param chosenAt the newest version when {@code version} was chosen; 0 where a user named it
     */
    public record Copy(AppName app, int version, int chosenAt, String user, Instant at) {}

    /** What came of an attempt to add a version. */
    public sealed interface Added {
        record Created(Version version) implements Added {}

        /** The newest version is the same; nothing was stored. */
        record Identical(Version version) implements Added {}

        /** @param stopped whether the owner was stopped: then the label is free once nothing of that app serves */
        record LabelTaken(String label, AppName owner, boolean stopped) implements Added {}

        record NoEnvironment() implements Added {}

        /** There is no app whose version could be copied. */
        record NoApp() implements Added {}

        /** The app has no version of that number. */
        record NoVersion(int newest) implements Added {}

        /** A newer version was made since it was chosen which one to copy. */
        record Overtaken(int newest) implements Added {}

        record NoSource(String digest) implements Added {}
    }

    private final Mutiny.SessionFactory sessions;

    AppStore(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    public Uni<Added> add(NewVersion wanted) {
        // Deploys share this lock; whoever deletes the environment has to wait for it.
        return sessions.withTransaction(session -> session.find(
                        EnvironmentRow.class, wanted.app().environment(), LockModeType.PESSIMISTIC_READ)
                .chain(environment -> environment == null
                        ? Uni.createFrom().item(new Added.NoEnvironment())
                        : addTo(session, wanted)));
    }

    private Uni<Added> addTo(Mutiny.Session session, NewVersion wanted) {
        // Makes the row or locks it, in one step: between two, a collection could delete what the first has found.
        Uni<AppRow> locked = session.createNativeQuery("""
                insert into registry.app (environment, name, created_at) values (?1, ?2, ?3)
                on conflict (environment, name) do update set name = excluded.name""")
                .setParameter(1, wanted.app().environment())
                .setParameter(2, wanted.app().app())
                .setParameter(3, wanted.at())
                .executeUpdate()
                .chain(() -> locked(session, wanted.app()));
        return locked.chain(app -> addLocked(session, wanted, app)).chain(added -> whole(session, added));
    }

    /** What is copied is looked up under the row's lock: a deploy that commits meanwhile comes before, or after. */
    public Uni<Added> add(Copy wanted) {
        return sessions.withTransaction(session -> locked(session, wanted.app())
                .chain(app -> app == null
                        ? Uni.createFrom().item(new Added.NoApp())
                        : wanted.chosenAt() != 0 && wanted.chosenAt() != app.newestVersion
                                ? Uni.createFrom().item(new Added.Overtaken(app.newestVersion))
                                : copy(session, wanted, app))
                .chain(added -> whole(session, added)));
    }

    private static Uni<Added> copy(Mutiny.Session session, Copy wanted, AppRow app) {
        int number = wanted.version() == 0 ? app.newestVersion : wanted.version();
        Origin origin = wanted.version() == 0 ? new Origin.Rollover() : new Origin.Rollback(wanted.version());
        return session.find(VersionRow.class, new VersionRow.Key(app.environment, app.name, number))
                .chain(old -> old == null
                        ? Uni.createFrom().item(new Added.NoVersion(app.newestVersion))
                        : store(
                                session,
                                new NewVersion(
                                        wanted.app(),
                                        origin,
                                        wanted.user(),
                                        wanted.at(),
                                        old.tag,
                                        old.commit,
                                        old.spec(),
                                        old.specDigest,
                                        true),
                                app));
    }

    private static Uni<AppRow> locked(Mutiny.Session session, AppName app) {
        return session.find(AppRow.class, new AppRow.Key(app.environment(), app.app()), LockModeType.PESSIMISTIC_WRITE);
    }

    /** Nothing half-done is left: not even the row of an app that never had a version. */
    private static Uni<Added> whole(Mutiny.Session session, Added added) {
        return switch (added) {
            case Added.Created created -> Uni.createFrom().item(added);
            case Added.Identical identical -> Uni.createFrom().item(added);
            case Added.LabelTaken taken -> rollBack(session, added);
            case Added.NoEnvironment none -> rollBack(session, added);
            case Added.NoApp none -> rollBack(session, added);
            case Added.NoVersion none -> rollBack(session, added);
            case Added.Overtaken overtaken -> rollBack(session, added);
            case Added.NoSource none -> rollBack(session, added);
        };
    }

    private static Uni<Added> rollBack(Mutiny.Session session, Added added) {
        session.currentTransaction().markForRollback();
        return Uni.createFrom().item(added);
    }

    private Uni<Added> addLocked(Mutiny.Session session, NewVersion wanted, AppRow app) {
        return newest(session, app).chain(newest -> {
            boolean identical = newest.isPresent()
                    && !app.stopped()
                    && newest.get().specDigest.equals(wanted.specDigest());
            if (identical && !wanted.evenIfIdentical()) {
                return Uni.createFrom().item(new Added.Identical(newest.get().toDomain()));
            }
            return store(session, wanted, app);
        });
    }

    private static Uni<Added> store(Mutiny.Session session, NewVersion wanted, AppRow app) {
        return checkSource(session, wanted.spec().sourceDigest())
                .chain(present -> present
                        ? claimLabels(session, wanted, app)
                                .chain(taken -> taken.isPresent()
                                        ? Uni.createFrom().item(taken.get())
                                        : persist(session, wanted, app))
                        : Uni.createFrom().item(new Added.NoSource(wanted.spec().sourceDigest())));
    }

    private static Uni<Optional<VersionRow>> newest(Mutiny.Session session, AppRow app) {
        if (app.newestVersion == 0) {
            return Uni.createFrom().item(Optional.empty());
        }
        return session.find(VersionRow.class, new VersionRow.Key(app.environment, app.name, app.newestVersion))
                .map(Optional::of);
    }

    private static Uni<Boolean> checkSource(Mutiny.Session session, String digest) {
        return digest.isEmpty()
                ? Uni.createFrom().item(true)
                // Locked, so that the bundle is not collected while a version with it is stored.
                : session.find(SourceRow.class, digest, LockModeType.PESSIMISTIC_READ)
                        .map(row -> row != null);
    }

    private static Uni<Optional<Added>> claimLabels(Mutiny.Session session, NewVersion wanted, AppRow app) {
        Set<String> labels = wanted.spec().labels(wanted.app().environment());
        return session.createQuery(
                        "from LabelRow where label in :labels and not (environment = :environment " + "and app = :app)",
                        LabelRow.class)
                .setParameter("labels", labels)
                .setParameter("environment", wanted.app().environment())
                .setParameter("app", wanted.app().app())
                .getResultList()
                .chain(taken -> taken.isEmpty()
                        ? claim(session, labels, app).replaceWith(Optional.empty())
                        : taken(session, taken.getFirst()).map(Optional::of));
    }

    private static Uni<Added> taken(Mutiny.Session session, LabelRow label) {
        return session.find(AppRow.class, new AppRow.Key(label.environment, label.app))
                .map(owner -> new Added.LabelTaken(
                        label.label, new AppName(label.environment, label.app), owner != null && owner.stopped()));
    }

    private static Uni<Void> claim(Mutiny.Session session, Set<String> labels, AppRow app) {
        // Two apps that claim one label at the same instant: the second waits here for the first's commit.
        return session.createNativeQuery("""
                insert into registry.label (label, environment, app, version)
                select unnest(cast(?1 as text[])), ?2, ?3, ?4 on conflict (label) do update
                set version = excluded.version where label.environment = excluded.environment
                and label.app = excluded.app""")
                .setParameter(1, labels.toArray(String[]::new))
                .setParameter(2, app.environment)
                .setParameter(3, app.name)
                .setParameter(4, app.newestVersion + 1)
                .executeUpdate()
                .invoke(written -> {
                    if (written < labels.size()) {
                        throw new LabelTakenException();
                    }
                })
                .replaceWithVoid();
    }

    /** Another app claimed one of the labels at the same instant; try again to hear which. */
    public static final class LabelTakenException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static Uni<Added> persist(Mutiny.Session session, NewVersion wanted, AppRow app) {
        VersionRow row = new VersionRow();
        row.environment = app.environment;
        row.app = app.name;
        row.version = app.nextVersion();
        row.life = app.life;
        row.from(wanted.origin());
        row.deployedBy = wanted.user();
        row.deployedAt = wanted.at();
        row.tag = wanted.tag();
        row.commit = wanted.commit();
        row.spec = StoredSpec.of(EncodedSpec.digested(wanted.spec())).message().toByteArray();
        String source = wanted.spec().sourceDigest();
        row.sourceDigest = source.isEmpty() ? null : source;
        row.specDigest = wanted.specDigest();
        String action = row.kind.name().toLowerCase(java.util.Locale.ROOT);
        return session.persist(row)
                .chain(session::flush)
                .chain(() -> SpecStore.keep(session, row, wanted.spec()))
                .chain(() -> session.persist(AuditRow.of(
                        wanted.at(),
                        wanted.user(),
                        action,
                        app.environment,
                        app.name,
                        "v" + row.version + (row.rollbackOf > 0 ? " of v" + row.rollbackOf : ""))))
                .chain(() -> session.persist(OutboxRow.of(app)))
                .chain(session::flush)
                .replaceWith(() -> new Added.Created(row.toDomain()));
    }

    /**
     * Frees the labels that only versions before the live one have. An app that was stopped keeps its labels until
     * nothing serves any more: until then it may still answer under them.
     */
    public Uni<Void> reportLive(Serving serving) {
        return sessions.withTransaction(session -> session.createNativeQuery("""
                update registry.app set labels_from =
                  greatest(labels_from, case when ?4 = 0 then stopped_version + 1 else ?4 end)
                where environment = ?1 and name = ?2 and cast(life as text) = ?3 and ?4 <= newest_version""")
                        .setParameter(1, serving.app().environment())
                        .setParameter(2, serving.app().app())
                        .setParameter(3, serving.life())
                        .setParameter(4, serving.version())
                        .executeUpdate()
                        .chain(() -> session.createNativeQuery("""
                        delete from registry.label using registry.app where label.environment = ?1 and label.app = ?2
                        and app.environment = ?1 and app.name = ?2 and label.version < app.labels_from""")
                                .setParameter(1, serving.app().environment())
                                .setParameter(2, serving.app().app())
                                .executeUpdate()))
                .replaceWithVoid();
    }

    /** Stops an app; one that is stopped stays as it is. Empty where there is no such app. */
    public Uni<Optional<App>> stop(AppName name, String user, Instant at, Instant collectAt) {
        return sessions.withTransaction(session -> locked(session, name).chain(app -> {
            if (app == null || app.stopped()) {
                return Uni.createFrom().item(Optional.ofNullable(app).map(AppRow::toDomain));
            }
            app.stop(user, at, collectAt);
            return session.persist(AuditRow.of(at, user, "stop", app.environment, app.name, ""))
                    .chain(() -> session.persist(OutboxRow.of(app)))
                    .chain(session::flush)
                    .replaceWith(() -> Optional.of(app.toDomain()));
        }));
    }

    /** Deletes the stopped apps whose date has come, and the container specs that only they had; gives how many apps. */
    public Uni<Integer> collect(Instant now) {
        return sessions.withTransaction(session -> session.createNativeQuery("""
                with gone as (delete from registry.app where collect_at <= ?1
                  returning environment, name, life, revision)
                insert into registry.outbox (environment, app, newest_version, life, revision)
                select environment, name, 0, life, revision + 1 from gone""")
                .setParameter(1, now)
                .executeUpdate()
                .chain(gone -> gone == 0
                        ? Uni.createFrom().item(gone)
                        : SpecStore.collect(session).replaceWith(gone)));
    }

    public Uni<Optional<App>> find(AppName name) {
        return sessions.withSession(
                        session -> session.find(AppRow.class, new AppRow.Key(name.environment(), name.app())))
                .map(row -> Optional.ofNullable(row).map(AppRow::toDomain));
    }

    public Uni<List<App>> list(String environment) {
        return sessions.withSession(session -> session.createQuery(
                                "from AppRow where environment = :environment order by name", AppRow.class)
                        .setParameter("environment", environment)
                        .getResultList())
                .map(rows -> rows.stream().map(AppRow::toDomain).toList());
    }

    public Uni<List<App>> listAll() {
        return sessions.withSession(session ->
                        session.createQuery("from AppRow", AppRow.class).getResultList())
                .map(rows -> rows.stream().map(AppRow::toDomain).toList());
    }

    /** Newest first. */
    public Uni<List<Version>> versions(AppName name) {
        return sessions.withSession(session -> session.createQuery(
                                "from VersionRow where environment = :environment and app = :app order by version desc",
                                VersionRow.class)
                        .setParameter("environment", name.environment())
                        .setParameter("app", name.app())
                        .getResultList())
                .map(rows -> rows.stream().map(VersionRow::toDomain).toList());
    }

    public Uni<Optional<Version>> version(AppName name, int number) {
        return sessions.withSession(session ->
                        session.find(VersionRow.class, new VersionRow.Key(name.environment(), name.app(), number)))
                .map(row -> Optional.ofNullable(row).map(VersionRow::toDomain));
    }
}
