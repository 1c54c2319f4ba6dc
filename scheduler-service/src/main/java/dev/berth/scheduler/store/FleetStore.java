package dev.berth.scheduler.store;

import dev.berth.protocol.v1.Version;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.rollout.Rollout;
import dev.berth.scheduler.rollout.Turn;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowIterator;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The lease, and everything that a leader has to know when it takes over. */
@ApplicationScoped
public class FleetStore {
    /** What a new leader starts from. */
    public record Lease(long epoch, long sequence) {}

    public record Stored(List<Turn.AppRow> apps, List<Version> versions, List<Turn.RolloutRow> rollouts,
            List<Container> containers) {}

    private final Pool pool;

    FleetStore(Pool pool) {
        this.pool = pool;
    }

    /** Takes the lease where it has ended, or where this holder had it before its restart; empty where another has it. */
    public Uni<Optional<Lease>> acquire(String holder, Duration length) {
        return pool
                .preparedQuery(
                        """
                                update scheduler.lease set holder = $1, epoch = epoch + 1, expires_at = now() + $2 * interval '1 millisecond'
                                where expires_at < now() or holder = $1 returning epoch, routes_sequence""")
                .execute(Tuple.of(holder, length.toMillis())).map(rows -> {
                    RowIterator<Row> iterator = rows.iterator();
                    return iterator.hasNext() ? Optional.of(lease(iterator.next())) : Optional.empty();
                });
    }

    private static Lease lease(Row row) {
        return new Lease(row.getLong(0), row.getLong(1));
    }

    /** Ends the lease, so that another scheduler need not wait for its end. */
    public Uni<Void> release(long epoch) {
        return pool
                .preparedQuery("update scheduler.lease set expires_at = now() - interval '1 second' where epoch = $1")
                .execute(Tuple.of(epoch)).replaceWithVoid();
    }

    public Uni<Stored> load() {
        return pool.withTransaction(connection -> rows(connection, "select * from scheduler.app", Rows::app)
                .chain(apps -> rows(connection, "select message from scheduler.version", Rows::version)
                        .chain(versions -> rows(connection, """
                                select rollout.* from scheduler.rollout join scheduler.app using (environment, app)
                                where not complete or version = live or version = begun""", Rows::rollout)
                                .chain(rollouts -> rows(connection, "select * from scheduler.container",
                                        Rows::container)
                                        .map(containers -> new Stored(apps, versions, rollouts, containers))))));
    }

    private static <T> Uni<List<T>> rows(SqlConnection connection, String query,
            java.util.function.Function<Row, T> convert) {
        return connection.query(query).execute().map(rows -> list(rows, convert));
    }

    private static <T> List<T> list(RowSet<Row> rows, java.util.function.Function<Row, T> convert) {
        List<T> list = new ArrayList<>(rows.size());
        rows.forEach(row -> list.add(convert.apply(row)));
        return list;
    }

    /**
     * Writes a turn and renews the lease, all or nothing.
     *
     * @throws DeposedException where the epoch is not the newest
     */
    public Uni<Void> commit(long epoch, Duration lease, Turn turn, Collection<Version> versions) {
        return pool.withTransaction(connection -> connection.preparedQuery("""
                update scheduler.lease set expires_at = now() + $2 * interval '1 millisecond', routes_sequence = $3
                where epoch = $1""").execute(Tuple.of(epoch, lease.toMillis(), turn.sequence())).invoke(renewed -> {
            if (renewed.rowCount() == 0) {
                throw new DeposedException(epoch);
            }
        }).chain(() -> batch(connection, """
                insert into scheduler.version values ($1, $2, $3, $4) on conflict do nothing""",
                versions.stream().map(Rows::of).toList()))
                .chain(() -> batch(connection, """
                        insert into scheduler.app values ($1, $2, $3, $4)
                        on conflict (environment, app) do update set live = excluded.live, begun = excluded.begun""",
                        turn.apps().stream().map(Rows::of).toList()))
                .chain(() -> batch(connection, Rows.UPSERT_ROLLOUT, turn.rollouts().stream().map(Rows::of).toList()))
                .chain(() -> batch(connection, Rows.UPSERT_CONTAINER,
                        turn.containers().stream().map(Rows::of).toList()))
                .chain(() -> batch(connection, "delete from scheduler.container where id = $1",
                        turn.gone().stream().map(Tuple::of).toList()))
                .chain(() -> batch(connection, """
                        delete from scheduler.version where environment = $1 and app = $2 and version = $3""",
                        turn.unneeded().stream().map(Rows::of).toList()))
                .chain(() -> forget(connection, turn.forgotten())));
    }

    private static Uni<Void> forget(SqlConnection connection, Collection<AppId> apps) {
        List<Tuple> keys = apps.stream().map(app -> Tuple.of(app.environment(), app.app())).toList();
        Uni<Void> done = Uni.createFrom().voidItem();
        for (String table : List.of("version", "rollout", "app")) {
            done = done.chain(() -> batch(connection,
                    "delete from scheduler." + table + " where environment = $1 and app = $2", keys));
        }
        return done;
    }

    private static Uni<Void> batch(SqlConnection connection, String statement, List<Tuple> rows) {
        return rows.isEmpty()
                ? Uni.createFrom().voidItem()
                : connection.preparedQuery(statement).executeBatch(rows).replaceWithVoid();
    }

    /** Every rollout of an app, newest first. */
    public Uni<List<Rollout>> rollouts(AppId app) {
        return pool.preparedQuery("""
                select * from scheduler.rollout where environment = $1 and app = $2 order by version desc""")
                .execute(Tuple.of(app.environment(), app.app()))
                .map(rows -> list(rows, row -> Rows.rollout(row).rollout()));
    }
}
