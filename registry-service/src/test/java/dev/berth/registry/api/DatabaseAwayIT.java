package dev.berth.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.v1.DeployRequest;
import dev.berth.protocol.v1.Empty;
import dev.berth.protocol.v1.RolloverRequest;
import dev.berth.registry.OwnPostgres;
import dev.berth.registry.Waiting;
import io.grpc.Status;
import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a caller hears while PostgreSQL is away, in each of the ways that it can be. */
@QuarkusTest
@TestProfile(DatabaseAwayIT.Impatient.class)
@QuarkusTestResource(value = OwnPostgres.class, restrictToAnnotatedClass = true)
class DatabaseAwayIT {
    public static final class Impatient implements QuarkusTestProfile {
        @Override
        public String getConfigProfile() {
            return "impatient";
        }
    }

    /** A pool waits half a minute by itself; this is still longer than its attempts to connect. */
    @Singleton
    @IfBuildProfile("impatient")
    static final class ShortWait implements PgPoolCreator {
        @Override
        public Pool create(Input input) {
            return PgBuilder.pool()
                    .with(input.poolOptions().setConnectionTimeout(4).setConnectionTimeoutUnit(TimeUnit.SECONDS))
                    .connectingTo(List.<SqlConnectOptions>copyOf(input.pgConnectOptionsList()))
                    .using(input.vertx())
                    .build();
        }
    }

    /** The most connections of the registry's own. */
    private static final int POOL = 10;

    @TestHTTPResource
    URI registry;

    private Wire wire;

    @BeforeEach
    void connect() throws Exception {
        wire = new Wire(registry);
        untilItAnswers();
    }

    @AfterEach
    void disconnect() {
        wire.close();
        threads.shutdownNow();
    }

    private Status list() throws Exception {
        return Wire.status(() ->
                wire.as("gateway").withDeadlineAfter(20, TimeUnit.SECONDS).listTokens(Empty.getDefaultInstance()));
    }

    private void untilItAnswers() throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        Status last = list();
        while (!last.isOk()) {
            assertThat(last.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(System.nanoTime()).as("it never answers: " + last).isLessThan(until);
            last = list();
        }
    }

    private static void assertAway(Status status) {
        assertThat(status.getCode()).as(status.toString()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(status.getDescription()).isEqualTo("PostgreSQL does not answer; trying again may help");
    }

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private Future<Status> meanwhile(Callable<Status> call) {
        return threads.submit(call);
    }

    /** A call that waits for a lock that the test holds, in a transaction of its own. */
    private Future<Status> waitingCall(String app, Connection connection) throws Exception {
        wire.as("gateway")
                .deploy(DeployRequest.newBuilder()
                        .setEnvironment("main")
                        .setManifest("app: " + app + "\nfunctions: {web: {web: {}, command: [run]}}")
                        .setUser("ada")
                        .build());
        Waiting.lock(connection, app);
        Future<Status> call = meanwhile(() -> Wire.status(() -> wire.as("gateway")
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .rollover(RolloverRequest.newBuilder()
                        .setEnvironment("main")
                        .setApp(app)
                        .setUser("ada")
                        .build())));
        Waiting.untilSomebodyWaitsForALock(connection);
        return call;
    }

    private static void endTheRegistrysConnections(Connection own) throws SQLException {
        try (Statement statement = own.createStatement()) {
            statement.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity "
                    + "where pid <> pg_backend_pid() and backend_type = 'client backend'");
        }
    }

    @Test
    void stoppedAndStartedAgain() throws Exception {
        OwnPostgres.end();
        try {
            assertAway(list());
            assertAway(list());
        } finally {
            OwnPostgres.begin();
        }
        untilItAnswers();
    }

    @Test
    void stoppedUnderAQuery() throws Exception {
        Future<Status> call;
        try (Connection connection = OwnPostgres.connection()) {
            call = waitingCall("stopped", connection);
            OwnPostgres.end();
        }
        try {
            assertAway(call.get(20, TimeUnit.SECONDS));
        } finally {
            OwnPostgres.begin();
        }
    }

    @Test
    void killedUnderAQuery() throws Exception {
        Future<Status> call;
        try (Connection connection = OwnPostgres.connection()) {
            call = waitingCall("killed", connection);
            OwnPostgres.signalAll("KILL");
            assertAway(call.get(20, TimeUnit.SECONDS));
        } finally {
            OwnPostgres.end();
            OwnPostgres.begin();
        }
    }

    @Test
    void connectionThatTheServerEnds() throws Exception {
        try (Connection connection = OwnPostgres.connection()) {
            Future<Status> call = waitingCall("ended", connection);
            endTheRegistrysConnections(connection);
            assertAway(call.get(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void frozen() throws Exception {
        OwnPostgres.signalAll("STOP");
        try {
            // Those that there is a connection for wait with it for an answer; the others are told that there is none.
            CompletionService<Status> calls = new ExecutorCompletionService<>(threads);
            for (int i = 0; i < POOL + 2; i++) {
                calls.submit(this::list);
            }
            assertAway(calls.poll(20, TimeUnit.SECONDS).get());
            assertAway(calls.poll(20, TimeUnit.SECONDS).get());
        } finally {
            OwnPostgres.signalAll("CONT");
        }
        untilItAnswers();
    }

    /** It waits for its sessions to end, and lets nobody in meanwhile. */
    @Test
    void shuttingDown() throws Exception {
        try (Connection session = OwnPostgres.connection()) {
            OwnPostgres.signalFirst("TERM");
            endTheRegistrysConnections(session);
            assertAway(list());
            assertAway(list());
        } finally {
            OwnPostgres.end();
            OwnPostgres.begin();
        }
    }

    @Test
    void outOfConnections() throws Exception {
        List<Connection> all = new ArrayList<>();
        try {
            Connection first = OwnPostgres.connection();
            all.add(first);
            endTheRegistrysConnections(first);
            for (int i = 1; i < OwnPostgres.CONNECTIONS; i++) {
                all.add(OwnPostgres.connection());
            }
            assertAway(list());
            assertAway(list());
        } finally {
            for (Connection one : all) {
                one.close();
            }
        }
    }

    /** Nothing of it gets better by trying again. */
    @Test
    void tableThatIsGone() throws Exception {
        try (Connection connection = OwnPostgres.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("alter table registry.token rename to gone");
            try {
                Status status = list();
                assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
                assertThat(status.getDescription()).isEqualTo("an unexpected fault; the service's log has it");
            } finally {
                statement.execute("alter table registry.gone rename to token");
            }
        }
    }
}
