package dev.berth.chassis.fault;

import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.DatabaseException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/** Tells by its type, or by PostgreSQL's own code, whether a fault says that the database can't be used just now. */
final class DatabaseAway {
    /** The server ends or has ended, starts, ends a connection that stood still, or has no connection left. */
    private static final Set<String> CODES = Set.of("57P01", "57P02", "57P03", "57P05", "25P03", "53300");

    /** What went wrong with a connection: refused, lost, not made. */
    private static final String CONNECTION = "08";

    /**
     * All that Vert.x' pool says when it could give no connection in time. It has no type for that; this one is that of
     * any failure that has only words.
     */
    private static final String POOL_HAS_NONE = "Timeout";

    private DatabaseAway() {}

    /** Looks at the fault, and at what caused it. */
    static boolean isSaidBy(Throwable fault) {
        Set<Throwable> seen = new HashSet<>();
        for (Throwable one = fault; one != null && seen.add(one); one = one.getCause()) {
            if (says(one)) {
                return true;
            }
        }
        return false;
    }

    private static boolean says(Throwable one) {
        return switch (one) {
            case SQLException sql -> isCode(sql.getSQLState());
            case DatabaseException postgres -> isCode(postgres.getSqlState());
            case ClosedConnectionException closed -> true;
            case TimeoutException timeout -> true;
            case NoStackTraceThrowable untyped -> POOL_HAS_NONE.equals(untyped.getMessage());
            case SocketException socket -> true;
            case ClosedChannelException channel -> true;
            case UnknownHostException host -> true;
            default -> false;
        };
    }

    private static boolean isCode(String state) {
        return state != null && (CODES.contains(state) || state.startsWith(CONNECTION));
    }
}
