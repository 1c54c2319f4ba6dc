package dev.berth.registry;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** For tests that hold a transaction open until another one has come to it. */
public final class Waiting {
    private Waiting() {}

    public static void untilSomebodyWaitsForALock() throws SQLException, InterruptedException {
        try (Connection connection = Database.connection()) {
            untilSomebodyWaitsForALock(connection);
        }
    }

    public static void untilSomebodyWaitsForALock(Connection looking) throws SQLException, InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        try (Statement statement = looking.createStatement()) {
            while (System.nanoTime() < until) {
                try (ResultSet waiting = statement.executeQuery("select from pg_locks where not granted")) {
                    if (waiting.next()) {
                        return;
                    }
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        throw new AssertionError("nobody waits for a lock");
    }
}
