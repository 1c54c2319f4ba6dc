package dev.berth.registry.store;

import dev.berth.registry.app.Environment;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** Environments: namespaces of apps. */
@ApplicationScoped
public class EnvironmentStore {
    private final Mutiny.SessionFactory sessions;

    EnvironmentStore(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    public Uni<List<Environment>> list() {
        return sessions.withSession(
                        session -> session.createQuery("from EnvironmentRow order by name", EnvironmentRow.class)
                                .getResultList())
                .map(rows -> rows.stream().map(EnvironmentRow::toDomain).toList());
    }

    /** Empty where one of that name exists. */
    public Uni<Optional<Environment>> create(String name, Instant at) {
        return sessions.withTransaction(session -> session.createNativeQuery("insert into registry.environment "
                                + "(name, created_at) values (?1, ?2) on conflict (name) do nothing")
                        .setParameter(1, name)
                        .setParameter(2, at)
                        .executeUpdate())
                .map(made -> made == 0 ? Optional.empty() : Optional.of(new Environment(name, at)));
    }

    /** What came of an attempt to delete an environment. */
    public enum Deleted {
        DONE,
        UNKNOWN,
        HAS_APPS
    }

    public Uni<Deleted> delete(String name) {
        // The row is locked before its apps are counted: a first deploy under way is waited for, and then counts.
        return sessions.withTransaction(session -> session.find(
                        EnvironmentRow.class, name, LockModeType.PESSIMISTIC_WRITE)
                .chain(row -> row == null
                        ? Uni.createFrom().item(Deleted.UNKNOWN)
                        : session.createQuery("select count(*) from AppRow where environment = :name", Long.class)
                                .setParameter("name", name)
                                .getSingleResult()
                                .chain(apps -> apps > 0
                                        ? Uni.createFrom().item(Deleted.HAS_APPS)
                                        : session.remove(row)
                                                .chain(session::flush)
                                                .replaceWith(Deleted.DONE))));
    }
}
