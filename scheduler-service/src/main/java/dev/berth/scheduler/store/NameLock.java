package dev.berth.scheduler.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowIterator;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.UUID;

/**
 * A scheduler's name, as a lock that PostgreSQL holds for one session: it is free as soon as that process has ended, however
 * it ended.
 */
@ApplicationScoped
public class NameLock {
    /** What came of trying to take it. */
    public sealed interface Taken {
        /** @param lost is run once when the session ends, and the lock with it */
        record Mine(SqlConnection session) implements Taken {
            public void onLoss(Runnable lost) {
                // Only the session's end is told, not the fault before it.
                session.exceptionHandler(fault -> {});
                session.closeHandler(lost);
            }
        }

        /** Somebody else's. */
        record Theirs(String from, OffsetDateTime since) implements Taken {}

        /** A session of this process that PostgreSQL has not missed yet; it was ended. */
        record Stale() implements Taken {}
    }

    /** PostgreSQL notices within 15 s that this host is gone, and does not end the session for being idle. */
    private static final String SESSION = """
            select set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '5', false),
            set_config('tcp_keepalives_count', '2', false), set_config('idle_session_timeout', '0', false),
            set_config('application_name', $1, false)""";

    private static final String KEY = "hashtextextended('berth.scheduler.' || $1, 0)";
    private static final String HOLDER = """
            select coalesce(host(client_addr), 'this host'), backend_start, application_name = $2,
            case when application_name = $2 then pg_terminate_backend(pid) end
            from pg_locks join pg_stat_activity using (pid)
            where locktype = 'advisory' and granted and objsubid = 1
            and pg_locks.database = (select oid from pg_database where datname = current_database())
            and (classid::bigint << 32 | objid::bigint) =\s""" + KEY;

    private final Pool pool;
    private final String session = "berth-scheduler " + UUID.randomUUID();

    NameLock(Pool pool) {
        this.pool = pool;
    }

    public Uni<Taken> take(String name) {
        return pool.getConnection()
                .chain(connection -> connection
                        .preparedQuery(SESSION)
                        .execute(Tuple.of(session))
                        .chain(() -> connection
                                .preparedQuery("select pg_try_advisory_lock(" + KEY + ")")
                                .execute(Tuple.of(name)))
                        .chain(rows -> rows.iterator().next().getBoolean(0)
                                ? Uni.createFrom().item((Taken) new Taken.Mine(connection))
                                : holder(connection, name).eventually(connection::close))
                        .onFailure()
                        .call(connection::close));
    }

    private Uni<Taken> holder(SqlConnection connection, String name) {
        return connection.preparedQuery(HOLDER).execute(Tuple.of(name, session)).map(rows -> {
            RowIterator<Row> found = rows.iterator();
            if (!found.hasNext()) {
                return new Taken.Stale();
            }
            Row row = found.next();
            return row.getBoolean(2) ? new Taken.Stale() : new Taken.Theirs(row.getString(0), row.getOffsetDateTime(1));
        });
    }
}
