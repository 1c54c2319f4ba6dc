package dev.berth.registry.store;

import dev.berth.registry.app.AppChange;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Events that were committed with their cause and wait to be published. */
@ApplicationScoped
public class OutboxStore {
    public record Entry(long id, AppChange change) {}

    private final Mutiny.SessionFactory sessions;

    OutboxStore(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    /** The oldest entries, at most 100. */
    public Uni<List<Entry>> oldest() {
        return sessions.withSession(session -> session.createQuery("from OutboxRow order by id", OutboxRow.class)
                        .setMaxResults(100)
                        .getResultList())
                .map(rows -> rows.stream().map(OutboxRow::toEntry).toList());
    }

    public Uni<Void> remove(List<Long> ids) {
        return sessions.withTransaction(session -> session.createMutationQuery("delete from OutboxRow where id in :ids")
                        .setParameter("ids", ids)
                        .executeUpdate())
                .replaceWithVoid();
    }
}
