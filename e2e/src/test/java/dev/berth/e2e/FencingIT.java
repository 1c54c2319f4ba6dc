package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.client.Container;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.AppRoutes;
import dev.berth.protocol.v1.GatewayStatus;
import dev.berth.protocol.v1.NodeDesired;
import dev.berth.protocol.v1.NodeObserved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One scheduler leads; what a deposed one says or writes counts for nothing. */
class FencingIT {
    private static LocalBerth berth;

    @TempDir
    Path folder;

    private record Lease(String holder, long epoch, long sequence) {}

    @BeforeAll
    static void start() throws IOException {
        berth = LocalBerth.shared();
    }

    @AfterEach
    void leaveNothing() throws IOException {
        berth.awaitAll();
        berth.stopAll();
    }

    private static Lease lease() throws IOException, SQLException {
        try (Connection database = berth.database();
                Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery("select holder, epoch, routes_sequence from scheduler.lease")) {
            row.next();
            return new Lease(row.getString(1), row.getLong(2), row.getLong(3));
        }
    }

    private static void execute(String change) throws IOException, SQLException {
        try (Connection database = berth.database();
                Statement statement = database.createStatement()) {
            statement.execute(change);
        }
    }

    private static String step(String app, int version) throws IOException, SQLException {
        try (Connection database = berth.database();
                Statement statement = database.createStatement();
                ResultSet row = statement.executeQuery(
                        "select step from scheduler.rollout where app = '" + app + "' and version = " + version)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    /** By the database, which refuses what it writes, or by an agent or gateway that names the newer epoch: what comes first. */
    /**
     * By whichever it finds first: that another leads, or that what it had asked the database before it froze was never
     * answered.
     *
     * @param said how much it had said before
     */
    private static boolean steppedDown(int said) throws IOException {
        return berth.log("scheduler").substring(said).contains("leading ended");
    }

    @Test
    void standbyEndsWhatAFrozenSchedulerBeganAndThatOneStepsDownWhenItWakes() throws Exception {
        berth.roll(LocalBerth.manifest("fenced", 2, "", ""));
        Lease before = lease();
        Process standby = berth.another(
                "scheduler",
                Map.of(
                        "BERTH_SCHEDULER_NAME",
                        "standby",
                        "BERTH_SCHEDULER_PORT",
                        String.valueOf(LocalBerth.freePorts(1))));
        Load load = new Load(berth, "fenced", 1, 2);
        try (load) {
            load.pausing(20).plain(4).posts(2).slow(2, 1_000);
            load.newest.putAll(Map.of("b", 2, "c", 3, "d", 4));
            Path gate = folder.resolve("gate");
            berth.deploy(LocalBerth.gated(LocalBerth.manifest("fenced", 2, "b", ""), gate));
            LocalBerth.await(
                    "the start of v2",
                    Duration.ofSeconds(20),
                    () -> step("fenced", 2).equals("STARTING"));
            berth.signal("STOP", "scheduler");
            int said = berth.log("scheduler").length();
            Files.createFile(gate);
            // As if it had fallen asleep between committing routes and sending them.
            execute("update scheduler.lease set routes_sequence = routes_sequence + 1");
            LocalBerth.await(
                    "the standby's leading",
                    Duration.ofSeconds(30),
                    () -> lease().holder().equals("standby"));
            assertThat(berth.outcome("fenced", 2).path("outcome").asText()).isEqualTo("live");
            load.floor.set(2);

            // It wakes as the leader that it was, in the middle of a rollout that ended without it.
            berth.signal("CONT", "scheduler");
            LocalBerth.await("its stepping down", Duration.ofSeconds(20), () -> steppedDown(said));
            assertThat(lease().holder()).isEqualTo("standby");
            assertThat(lease().epoch()).isEqualTo(before.epoch() + 1);
            assertThat(step("fenced", 2)).isEqualTo("LIVE");
            assertThat(berth.roll(LocalBerth.manifest("fenced", 2, "c", ""))
                            .path("outcome")
                            .asText())
                    .isEqualTo("live");
            load.floor.set(3);

            standby.destroyForcibly();
            LocalBerth.await(
                    "the first one's leading",
                    Duration.ofSeconds(30),
                    () -> !lease().holder().equals("standby"));
            assertThat(lease().epoch()).isEqualTo(before.epoch() + 2);
            assertThat(berth.roll(LocalBerth.manifest("fenced", 2, "d", ""))
                            .path("outcome")
                            .asText())
                    .isEqualTo("live");
            load.floor.set(4);
        } finally {
            berth.signal("CONT", "scheduler");
            standby.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        assertThat(load.failures).isEmpty();
        assertThat(load.count("slow")).isPositive();
    }

    @Test
    void ordersAndRoutesOfALowerEpochAreNotObeyed() throws Exception {
        berth.roll(LocalBerth.manifest("fenced", 2, "", ""));
        Set<String> before = ready("fenced");
        assertThat(before).hasSize(2);
        Lease lease = lease();
        Load load = new Load(berth, "fenced", 1, 2);
        try (load) {
            load.plain(2);
            for (String node : Set.of("local-1", "local-2")) {
                berth.publish(
                        "scheduler",
                        Subjects.desired(node),
                        NodeDesired.newBuilder()
                                .setEpoch(lease.epoch() - 1)
                                .setGeneration(1_000_000)
                                .setNode(node)
                                .build());
            }
            berth.publish(
                    "scheduler",
                    Subjects.routes("main", "fenced"),
                    AppRoutes.newBuilder()
                            .setEpoch(lease.epoch() - 1)
                            .setSequence(lease.sequence() + 1)
                            .setPrevious(lease.sequence())
                            .setEnvironment("main")
                            .setApp("fenced")
                            .build());
            // Comes after those on the way to every node and gateway: once it is live, they were read.
            assertThat(berth.roll(LocalBerth.manifest("after", 2, "", ""))
                            .path("outcome")
                            .asText())
                    .isEqualTo("live");
        }
        assertThat(load.failures).isEmpty();
        assertThat(ready("fenced")).isEqualTo(before);
    }

    /** Each node may only publish on its own subject; what stands in its message is only what it says. */
    @Test
    void whatIsSaidInAnothersNameIsLeftOut() throws Exception {
        berth.roll(LocalBerth.manifest("spoken", 2, "", ""));
        Set<String> before = ready("spoken");
        Load load = new Load(berth, "spoken", 1, 2);
        load.newest.put("next", 2);
        try (load) {
            load.plain(2).slow(2, 1_000);
            for (int i = 0; i < 3; i++) {
                berth.publish(
                        "local-1",
                        Subjects.observed("local-1"),
                        NodeObserved.newBuilder()
                                .setNode("local-2")
                                .setIncarnation("999999999999999-x")
                                .build());
                berth.publish(
                        "gateway-1",
                        Subjects.gateway("gateway-1"),
                        GatewayStatus.newBuilder()
                                .setGateway("gateway-2")
                                .setIncarnation("999999999999999-x")
                                .setEnded(true)
                                .build());
            }
            LocalBerth.await(
                    "the warnings",
                    Duration.ofSeconds(20),
                    () -> berth.log("scheduler")
                                    .contains("it says that it is of \"local-2\", and came as of \"local-1\"")
                            && berth.log("scheduler")
                                    .contains("it says that it is of \"gateway-2\", and came as of \"gateway-1\""));
            assertThat(ready("spoken")).isEqualTo(before);
            assertThat(berth.roll(LocalBerth.manifest("spoken", 2, "next", ""))
                            .path("outcome")
                            .asText())
                    .isEqualTo("live");
            load.floor.set(2);
        }
        assertThat(load.failures).isEmpty();
        assertThat(berth.receipt("spoken", 2).path("unaccounted").asInt()).isZero();
    }

    private static Set<String> ready(String app) {
        Set<String> ids = new TreeSet<>();
        for (Container container : berth.client().containers(app)) {
            if (container.state().equals("ready")) {
                ids.add(container.id());
            }
        }
        return ids;
    }
}
