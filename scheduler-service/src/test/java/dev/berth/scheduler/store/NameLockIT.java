package dev.berth.scheduler.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgBuilder;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On the real PostgreSQL: a name is one living scheduler's. */
@Timeout(60)
class NameLockIT {
    private static EmbeddedPostgres postgres;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
    }

    @AfterAll
    static void end() throws IOException {
        postgres.close();
    }

    /** A process of its own, as far as PostgreSQL knows. */
    private static final class Scheduler implements AutoCloseable {
        final Vertx vertx = Vertx.vertx();
        final Pool pool = PgBuilder.pool()
                .connectingTo(new PgConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(postgres.getPort())
                        .setDatabase("postgres")
                        .setUser("postgres")
                        .setPassword("postgres"))
                .using(vertx)
                .build();
        final NameLock lock = new NameLock(pool);

        NameLock.Taken take(String name) {
            return await(lock.take(name));
        }

        @Override
        public void close() {
            await(pool.close());
            await(vertx.close());
        }
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }

    private static void takeOver(Scheduler scheduler, String name) {
        NameLock.Taken taken = scheduler.take(name);
        while (!(taken instanceof NameLock.Taken.Mine)) {
            taken = scheduler.take(name);
        }
    }

    private static int sessions() throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(
                        "select count(*) from pg_stat_activity where application_name like 'berth-scheduler%'")) {
            row.next();
            return row.getInt(1);
        }
    }

    @Test
    void nameOfALivingSchedulerIsNotGivenAndAnotherNameIs() throws SQLException {
        try (Scheduler first = new Scheduler();
                Scheduler second = new Scheduler()) {
            assertThat(first.take("a")).isInstanceOf(NameLock.Taken.Mine.class);
            for (int i = 0; i < 10; i++) {
                assertThat(second.take("a")).isInstanceOfSatisfying(NameLock.Taken.Theirs.class, theirs -> {
                    assertThat(theirs.from()).isEqualTo("127.0.0.1");
                    assertThat(theirs.since()).isNotNull();
                });
            }
            assertThat(second.take("b")).isInstanceOf(NameLock.Taken.Mine.class);
            // Who was refused leaves no session of its own behind: its pool would be empty at the fifth.
            assertThat(sessions()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void nameOfADeadSchedulerIsGivenAtOnce() {
        Scheduler first = new Scheduler();
        assertThat(first.take("dead")).isInstanceOf(NameLock.Taken.Mine.class);
        first.close();
        try (Scheduler second = new Scheduler()) {
            takeOver(second, "dead");
        }
    }

    @Test
    void whoLosesItsSessionHearsOfItAndTakesTheNameAnew() throws Exception {
        try (Scheduler only = new Scheduler()) {
            CountDownLatch lost = new CountDownLatch(1);
            assertThat(only.take("cut"))
                    .isInstanceOfSatisfying(NameLock.Taken.Mine.class, mine -> mine.onLoss(lost::countDown));
            try (Connection connection = postgres.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("select pg_terminate_backend(pid) from pg_stat_activity "
                        + "where application_name like 'berth-scheduler%'");
            }
            assertThat(lost.await(20, TimeUnit.SECONDS)).isTrue();
            takeOver(only, "cut");
        }
    }

    /** The way to PostgreSQL broke, and it has not missed the old session: that is no other scheduler. */
    @Test
    void oldSessionOfTheSameProcessDoesNotKeepTheName() {
        try (Scheduler only = new Scheduler()) {
            assertThat(only.take("mine")).isInstanceOf(NameLock.Taken.Mine.class);
            assertThat(only.take("mine")).isInstanceOf(NameLock.Taken.Stale.class);
            takeOver(only, "mine");
        }
    }
}
