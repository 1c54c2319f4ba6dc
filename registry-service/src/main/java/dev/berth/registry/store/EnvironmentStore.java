package dev.berth.registry.store;

import dev.berth.protocol.v1.Environment;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
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
                .map(rows -> rows.stream().map(EnvironmentRow::toMessage).toList());
    }

    /** Empty where one of that name exists. */
    public Uni<Optional<Environment>> create(String name, Instant at) {
        return sessions.withTransaction(session -> session.find(EnvironmentRow.class, name).chain(present -> {
            if (present != null) {
                return Uni.createFrom().item(Optional.empty());
            }
            EnvironmentRow row = new EnvironmentRow();
            row.name = name;
            row.createdAt = at;
            return session.persist(row).replaceWith(() -> Optional.of(row.toMessage()));
        }));
    }

    /** What came of an attempt to delete an environment. */
    public enum Deleted {
        DONE, UNKNOWN, HAS_APPS
    }

    public Uni<Deleted> delete(String name) {
        return sessions.withTransaction(session -> session
                .createQuery("select count(*) from AppRow where environment = :name", Long.class)
                .setParameter("name", name).getSingleResult()
                .chain(apps -> apps > 0
                        ? Uni.createFrom().item(Deleted.HAS_APPS)
                        : session.createMutationQuery("delete from EnvironmentRow where name = :name")
                                .setParameter("name", name).executeUpdate()
                                .map(gone -> gone > 0 ? Deleted.DONE : Deleted.UNKNOWN)));
    }
}
