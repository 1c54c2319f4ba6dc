package dev.berth.scheduler.store;

import dev.berth.scheduler.cluster.Turn;
import dev.berth.scheduler.cluster.Vacated;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.Pins;
import dev.berth.scheduler.fleet.VersionSpec;
import dev.berth.scheduler.rollout.Rollout;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowIterator;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The lease, and everything that a leader has to know when it takes over. */
@ApplicationScoped
public class FleetStore {
    /**
     * What a new leader starts from.
     *
     * @param settled {@link Turn#settled} of the last turn
     * @param at when it was taken, by the database's clock, which is the same for schedulers on all hosts
     */
    public record Lease(long epoch, long sequence, boolean settled, Instant at) {}

    /** @param gateways names of those that may know routes */
    public record Stored(
            List<Turn.AppRow> apps,
            List<Turn.VersionRow> versions,
            List<Turn.PinRow> pins,
            List<Turn.RolloutRow> rollouts,
            List<Container> containers,
            List<Vacated> vacated,
            List<String> gateways) {}

    private final Pool pool;

    FleetStore(Pool pool) {
        this.pool = pool;
    }

    /**
     * Takes the lease where it has ended, or where this holder had it before its restart; empty where another has it.
     *
     * @param above the new epoch is greater than this, and than any before
     * @param sequence the routes' sequence goes on from here, if it is not further already
     */
    public Uni<Optional<Lease>> acquire(String holder, Duration length, long above, long sequence) {
        return pool.preparedQuery("""
                update scheduler.lease set holder = $1, epoch = greatest(epoch, $3) + 1,
                routes_sequence = greatest(routes_sequence, $4), expires_at = now() + $2 * interval '1 millisecond'
                where expires_at < now() or holder = $1 returning epoch, routes_sequence,
                settled, now()""")
                .execute(Tuple.of(holder, length.toMillis(), above, sequence))
                .map(rows -> {
                    RowIterator<Row> iterator = rows.iterator();
                    return iterator.hasNext() ? Optional.of(lease(iterator.next())) : Optional.empty();
                });
    }

    /**
     * Goes on leading, with nothing to write.
     *
     * @throws DeposedException where the epoch is not the newest
     */
    public Uni<Void> renew(long epoch, Duration length) {
        return pool.preparedQuery("""
                update scheduler.lease set expires_at = now() + $2 * interval '1 millisecond' where epoch = $1""")
                .execute(Tuple.of(epoch, length.toMillis()))
                .invoke(renewed -> check(renewed, epoch))
                .replaceWithVoid();
    }

    private static void check(RowSet<Row> renewed, long epoch) {
        if (renewed.rowCount() == 0) {
            throw new DeposedException(epoch);
        }
    }

    private static Lease lease(Row row) {
        return new Lease(
                row.getLong(0),
                row.getLong(1),
                row.getBoolean(2),
                row.getOffsetDateTime(3).toInstant());
    }

    /** Ends the lease, so that another scheduler need not wait for its end. */
    public Uni<Void> release(long epoch) {
        return pool.preparedQuery(
                        "update scheduler.lease set expires_at = now() - interval '1 second' where epoch = $1")
                .execute(Tuple.of(epoch))
                .replaceWithVoid();
    }

    public Uni<Stored> load() {
        return pool.withTransaction(connection -> rows(connection, "select * from scheduler.app", Rows::app)
                .chain(apps -> versions(connection)
                        .chain(versions -> rows(connection, "select * from scheduler.pin", Rows::pin)
                                .chain(pins -> rows(connection, """
                        select rollout.* from scheduler.rollout join scheduler.app using (environment, app, life)
                        where not complete or version = live or version = begun""", Rows::rollout)
                                        .chain(rollouts -> rows(
                                                        connection,
                                                        "select * from scheduler.container order by created_at, id",
                                                        Rows::container)
                                                .chain(containers -> rows(
                                                                connection,
                                                                "select * from scheduler.vacated",
                                                                Rows::vacated)
                                                        .chain(vacated -> rows(
                                                                        connection,
                                                                        "select name from scheduler.gateway",
                                                                        row -> row.getString("name"))
                                                                .map(gateways -> new Stored(
                                                                        apps,
                                                                        versions,
                                                                        pins,
                                                                        rollouts,
                                                                        containers,
                                                                        vacated,
                                                                        gateways)))))))));
    }

    private static Uni<List<Turn.VersionRow>> versions(SqlConnection connection) {
        return connection
                .query("select * from scheduler.function order by position")
                .execute()
                .map(functions -> {
                    Map<Turn.VersionKey, List<FunctionSpec>> byVersion = new HashMap<>();
                    functions.forEach(row -> byVersion
                            .computeIfAbsent(Rows.versionKey(row), key -> new ArrayList<>())
                            .add(Rows.function(row)));
                    return byVersion;
                })
                .chain(functions -> rows(connection, "select * from scheduler.version", row -> {
                    Turn.VersionKey key = Rows.versionKey(row);
                    return new Turn.VersionRow(
                            key.id(),
                            new VersionSpec(
                                    key.version(),
                                    row.getBoolean("fresh"),
                                    row.getBoolean("recreate"),
                                    row.getInteger("repeats"),
                                    functions.getOrDefault(key, List.of())));
                }));
    }

    private static <T> Uni<List<T>> rows(
            SqlConnection connection, String query, java.util.function.Function<Row, T> convert) {
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
    public Uni<Void> commit(long epoch, Duration lease, Turn turn) {
        return pool.withTransaction(connection -> connection
                .preparedQuery("""
                update scheduler.lease set expires_at = now() + $2 * interval '1 millisecond', routes_sequence = $3,
                settled = $4 where epoch = $1""")
                .execute(Tuple.of(epoch, lease.toMillis(), turn.sequence(), turn.settled()))
                .invoke(renewed -> check(renewed, epoch))
                .chain(() -> batch(
                        connection,
                        Rows.UPSERT_APP,
                        turn.apps().stream().map(Rows::of).toList()))
                .chain(() -> batch(
                        connection,
                        Rows.INSERT_VERSION,
                        turn.versions().stream().map(Rows::of).toList()))
                .chain(() -> batch(connection, Rows.INSERT_FUNCTION, functions(turn)))
                .chain(() -> batch(
                        connection,
                        Rows.INSERT_PIN,
                        turn.pins().stream().map(Rows::of).toList()))
                .chain(() -> batch(
                        connection,
                        Rows.UPSERT_ROLLOUT,
                        turn.rollouts().stream().map(Rows::of).toList()))
                .chain(() -> batch(
                        connection,
                        Rows.UPSERT_CONTAINER,
                        turn.containers().stream().map(Rows::of).toList()))
                .chain(() -> batch(
                        connection,
                        "delete from scheduler.container where id = $1",
                        turn.gone().stream().map(Tuple::of).toList()))
                .chain(() -> batch(
                        connection, """
                        delete from scheduler.version
                        where environment = $1 and app = $2 and life = $3 and version = $4""", turn.unneeded().stream().map(Rows::of).toList()))
                .chain(() -> forget(connection, turn.forgotten()))
                .chain(() -> keep(connection, turn.kept())));
    }

    private static Uni<Void> keep(SqlConnection connection, Turn.Kept kept) {
        return batch(
                        connection,
                        Rows.UPSERT_VACATED,
                        kept.vacated().stream().map(Rows::of).toList())
                .chain(() -> batch(
                        connection,
                        "delete from scheduler.vacated where host = $1 and port = $2",
                        kept.free().stream()
                                .map(at -> Tuple.of(at.host(), at.port()))
                                .toList()))
                .chain(() -> batch(
                        connection,
                        "insert into scheduler.gateway (name) values ($1) on conflict do nothing",
                        kept.gateways().stream().map(Tuple::of).toList()))
                .chain(() -> batch(
                        connection,
                        "delete from scheduler.gateway where name = $1",
                        kept.gone().stream().map(Tuple::of).toList()));
    }

    private static List<Tuple> functions(Turn turn) {
        List<Tuple> rows = new ArrayList<>();
        for (Turn.VersionRow version : turn.versions()) {
            List<FunctionSpec> functions = version.spec().functions();
            for (int position = 0; position < functions.size(); position++) {
                rows.add(Rows.of(version.id(), version.spec().version(), position, functions.get(position)));
            }
        }
        return rows;
    }

    private static Uni<Void> forget(SqlConnection connection, Collection<AppId> apps) {
        List<Tuple> keys = apps.stream().map(Rows::of).toList();
        Uni<Void> done = Uni.createFrom().voidItem();
        for (String table : List.of("version", "rollout", "pin", "app")) {
            done = done.chain(() -> batch(
                    connection,
                    "delete from scheduler." + table + " where environment = $1 and app = $2 and life = $3",
                    keys));
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
                select * from scheduler.rollout where environment = $1 and app = $2 and life = $3
                order by version desc""")
                .execute(Rows.of(app))
                .map(rows -> list(rows, row -> Rows.rollout(row).rollout()));
    }

    /** What the names of images mean for each version of an app. */
    public Uni<Pins> pins(AppId app) {
        return pool.preparedQuery("select * from scheduler.pin where environment = $1 and app = $2 and life = $3")
                .execute(Rows.of(app))
                .map(rows -> Turn.PinRow.pins(list(rows, Rows::pin)));
    }

    public Uni<Optional<Rollout>> rollout(AppId app, int version) {
        return pool.preparedQuery("""
                select * from scheduler.rollout where environment = $1 and app = $2 and life = $3 and version = $4""")
                .execute(Rows.of(app).addInteger(version))
                .map(rows ->
                        list(rows, row -> Rows.rollout(row).rollout()).stream().findFirst());
    }
}
