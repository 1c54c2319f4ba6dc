package dev.berth.registry;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** For tests that hold a transaction open until another one has come to it. */
public final class Waiting {
    private static final String LOCKS = " from pg_locks where not granted";

    private Waiting() {}

    /** Begins a transaction that keeps others from changing an app until it ends. */
    public static void lock(Connection connection, String app) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select from registry.app where name = '" + app + "' for update");
        }
    }

    public static void untilSomebodyWaitsForALock() throws SQLException, InterruptedException {
        untilSomeWaitForALock(1);
    }

    public static void untilSomeWaitForALock(int some) throws SQLException, InterruptedException {
        try (Connection connection = Database.connection()) {
            until(connection, some + " wait for a lock", "select count(*) >= " + some + LOCKS);
        }
    }

    public static void untilSomebodyWaitsForALock(Connection looking) throws SQLException, InterruptedException {
        until(looking, "somebody waits for a lock", "select count(*) > 0" + LOCKS);
    }

    /** @param holds a query of one truth value */
    public static void until(Connection looking, String what, String holds) throws SQLException, InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        try (Statement statement = looking.createStatement()) {
            while (System.nanoTime() < until) {
                try (ResultSet answer = statement.executeQuery(holds)) {
                    if (answer.next() && answer.getBoolean(1)) {
                        return;
                    }
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        throw new AssertionError("waited in vain until " + what);
    }
}
