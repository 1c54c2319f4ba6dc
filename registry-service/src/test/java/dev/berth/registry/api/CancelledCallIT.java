package dev.berth.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.v1.DeployRequest;
import dev.berth.protocol.v1.Empty;
import dev.berth.protocol.v1.RolloverRequest;
import dev.berth.registry.Database;
import dev.berth.registry.Waiting;
import io.grpc.Status;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A caller that gives up on one call does no harm to its others, which share a connection. */
@QuarkusTest
@QuarkusTestResource(Database.class)
class CancelledCallIT {
    @TestHTTPResource
    URI registry;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private Wire wire;

    @BeforeEach
    void connect() {
        wire = new Wire(registry);
    }

    @AfterEach
    void disconnect() throws SQLException {
        wire.close();
        threads.shutdownNow();
        Database.forgetEvents();
    }

    private void deploy(String app) {
        wire.as("gateway")
                .deploy(DeployRequest.newBuilder()
                        .setEnvironment("main")
                        .setManifest("app: " + app + "\nfunctions: {web: {web: {}, command: [run]}}")
                        .setUser("ada")
                        .build());
    }

    private Status rollover(String app, long milliseconds) throws Exception {
        return Wire.status(() -> wire.as("gateway")
                .withDeadlineAfter(milliseconds, TimeUnit.MILLISECONDS)
                .rollover(RolloverRequest.newBuilder()
                        .setEnvironment("main")
                        .setApp(app)
                        .setUser("ada")
                        .build()));
    }

    @Test
    void callThatIsAnsweredAfterItsCallerGaveUpLeavesTheOthersOfItsConnection() throws Exception {
        deploy("given-up");
        deploy("waited-for");
        Future<Status> other;
        try (Connection first = Database.connection();
                Connection second = Database.connection()) {
            Waiting.lock(first, "given-up");
            Waiting.lock(second, "waited-for");
            other = threads.submit(() -> rollover("waited-for", 30_000));
            assertThat(rollover("given-up", 500).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            Waiting.untilSomeWaitForALock(2);
            first.commit();
            Waiting.until(
                    first,
                    "the call that nobody waits for is done",
                    "select newest_version = 2 from registry.app where name = 'given-up'");
            second.commit();
        }
        assertThat(other.get(30, TimeUnit.SECONDS)).isEqualTo(Status.OK);
        assertThat(Wire.status(() -> wire.as("gateway").listTokens(Empty.getDefaultInstance())))
                .isEqualTo(Status.OK);
    }
}
