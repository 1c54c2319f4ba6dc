package dev.berth.chassis.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.chassis.kit.Heard;
import dev.berth.chassis.kit.NatsServer;
import dev.berth.protocol.bus.NatsConf;
import dev.berth.protocol.bus.Permissions;
import io.quarkus.runtime.PreventFurtherStepsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** How a part begins and ends on the bus, with a real nats-server: a name is one part's, and what is wrong is one sentence. */
@Timeout(60)
@Isolated("hears what every connection says")
class NamesIT {
    @TempDir
    Path folder;

    private int port;
    private NatsServer server;
    private final AtomicInteger connected = new AtomicInteger();
    private final List<BusConnection> buses = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        port = NatsServer.freePort();
        configure("password");
        server = new NatsServer(folder.resolve("nats.conf"), port);
    }

    @AfterEach
    void end() throws InterruptedException {
        for (BusConnection bus : buses) {
            bus.close();
        }
        server.close();
    }

    private void configure(String password) throws IOException {
        Map<Permissions, String> passwords = new HashMap<>();
        for (Permissions part : List.of(
                Permissions.registry(),
                Permissions.scheduler(),
                Permissions.gateway(),
                Permissions.agent("n1"),
                Permissions.agent("n2"))) {
            passwords.put(part, password);
        }
        Files.writeString(
                folder.resolve("nats.conf"),
                NatsConf.local(port, folder.resolve("data").toString(), passwords));
    }

    private BusConnection bus(String url, String module, Optional<String> node, Optional<String> gateway) {
        String user = node.map(name -> "agent-" + name)
                .orElse(gateway.isPresent() ? "gateway" : module.replace("-service", ""));
        BusConnection bus = new BusConnection(new Fired(connected), url, user, "password", module, node, gateway);
        buses.add(bus);
        bus.open();
        return bus;
    }

    private BusConnection gateway(String name) {
        return bus(server.url(), "api-gateway", Optional.empty(), Optional.of(name));
    }

    private BusConnection agent(String node) {
        return bus(server.url(), "node-agent", Optional.of(node), Optional.empty());
    }

    private static boolean begins(BusConnection bus) throws InterruptedException {
        try {
            bus.begin(null);
            return true;
        } catch (IllegalStateException refused) {
            assertThat(refused.getCause())
                    .isInstanceOfSatisfying(
                            PreventFurtherStepsException.class,
                            why -> assertThat(why.getExitCode()).isEqualTo(1));
            return false;
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited in vain for " + what).isLessThan(until);
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
    }

    @Test
    void laterGatewayOfALivingOnesNameDoesNotBeginAndSaysWhatToDo() throws Exception {
        BusConnection first = gateway("g1");
        assertThat(begins(first)).isTrue();
        assertThatThrownBy(() -> gateway("g1").begin(null))
                .rootCause()
                .isInstanceOf(PreventFurtherStepsException.class)
                .hasMessageContainingAll(
                        "another gateway named \"g1\" is running",
                        "process " + ProcessHandle.current().pid(),
                        "BERTH_GATEWAY_NAME");
        assertThat(begins(gateway("g2"))).as("one of another name").isTrue();
        assertThat(first.isConnected()).isTrue();
        assertThat(begins(gateway("g1"))).as("a third one").isFalse();
    }

    @Test
    void laterAgentOfALivingOnesNameDoesNotBegin() throws Exception {
        assertThat(begins(agent("n1"))).isTrue();
        assertThatThrownBy(() -> agent("n1").begin(null))
                .rootCause()
                .hasMessageContainingAll("another agent named \"n1\" is running", "BERTH_NODE_NAME");
        assertThat(begins(agent("n2"))).isTrue();
    }

    /** The server knows at once that nobody listens any more: no patience is spent on a dead one. */
    @Test
    void nameOfADeadOneIsFreeAtOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            BusConnection gateway = gateway("g1");
            assertThat(begins(gateway)).isTrue();
            gateway.close();
        }
    }

    @Test
    void ofTwoThatStartAtOnceExactlyOneBegins() throws Exception {
        for (int i = 0; i < 10; i++) {
            String name = "twin-" + i;
            List<CompletableFuture<Boolean>> both = new ArrayList<>();
            for (int part = 0; part < 2; part++) {
                both.add(CompletableFuture.supplyAsync(() -> {
                    try {
                        return begins(gateway(name));
                    } catch (InterruptedException interrupted) {
                        throw new IllegalStateException(interrupted);
                    }
                }));
            }
            assertThat(both.stream().filter(CompletableFuture::join)).as(name).hasSize(1);
        }
    }

    @Test
    void partBeginsWithoutABusThatDoesNotAnswerAndSaysSoOnce() throws Exception {
        server.kill();
        try (Heard heard = Heard.by(BusConnection.class)) {
            BusConnection gateway = gateway("g1");
            assertThat(begins(gateway)).isTrue();
            server.start();
            await("the bus", gateway::isConnected);
            assertThat(heard.warnings())
                    .singleElement()
                    .asString()
                    .contains("BERTH_NATS_URL: no NATS answers at " + server.url(), "start it, or correct the setting");
            assertThat(begins(gateway("g1"))).as("a later one").isFalse();
        }
    }

    @Test
    void whoSaysNothingCountsAsAway() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Heard heard = Heard.by(BusConnection.class)) {
            assertThat(begins(bus(
                            "nats://127.0.0.1:" + silent.getLocalPort(),
                            "registry-service",
                            Optional.empty(),
                            Optional.empty())))
                    .isTrue();
            assertThat(heard.warnings()).singleElement().asString().contains("no NATS answers at");
        }
    }

    @Test
    void refusedPasswordOrWhatIsNoUrlKeepsAPartFromBeginning() throws Exception {
        for (String module : List.of("registry-service", "api-gateway")) {
            String url = server.url().replace("//", "//registry:secret@");
            assertThatThrownBy(() ->
                            bus(url, module, Optional.empty(), Optional.empty()).begin(null))
                    .rootCause()
                    .hasMessageContainingAll("BERTH_NATS_URL: NATS at " + server.url(), "refuses the user and password")
                    .hasMessageNotContaining("secret");
            assertThatThrownBy(() -> bus("nats://ada@:x:y", module, Optional.empty(), Optional.empty())
                            .begin(null))
                    .rootCause()
                    .hasMessageContaining("BERTH_NATS_URL must be like nats://user:password@host:4222");
        }
    }

    @Test
    void serverWithoutJetStreamKeepsAPartFromBeginning() throws Exception {
        server.kill();
        Files.writeString(folder.resolve("nats.conf"), "listen: 127.0.0.1:" + port + "\n");
        server.start();
        assertThatThrownBy(() -> gateway("g1").begin(null))
                .rootCause()
                .hasMessageContainingAll("BERTH_NATS_URL", "has no JetStream");
    }

    /** Its client gives up when the password is refused twice; the part does not. */
    @Test
    void partThatWorksOutlastsAPasswordThatIsRefusedForAWhile() throws Exception {
        BusConnection gateway = gateway("g1");
        assertThat(begins(gateway)).isTrue();
        await("the bus", gateway::isConnected);
        try (Heard heard = Heard.by(BusConnection.class)) {
            server.kill();
            configure("another");
            server.start();
            await(
                    "the refusal",
                    () -> heard.warnings().stream().anyMatch(it -> it.contains("refuses the user and password")));
            server.kill();
            configure("password");
            server.start();
            await("the bus again", gateway::isConnected);
            assertThat(heard.warnings().stream().filter(it -> it.contains("refuses")))
                    .hasSize(1);
        }
        assertThatCode(() -> gateway("g2").begin(null)).doesNotThrowAnyException();
    }

    /** Its beans go next: nobody may still need them for a message then. */
    @Test
    void endWaitsForWhatIsBeingTakenInAndHandsNothingOnAfterwards() throws Exception {
        BusConnection registry = bus(server.url(), "registry-service", Optional.empty(), Optional.empty());
        assertThat(begins(registry)).isTrue();
        BusConnection scheduler = bus(server.url(), "scheduler-service", Optional.empty(), Optional.empty());
        List<Runnable> taken = new CopyOnWriteArrayList<>();
        scheduler.subscribe("berth.app.>", (message, done) -> taken.add(done));
        assertThat(begins(scheduler)).isTrue();
        for (String app : List.of("a", "b")) {
            registry.publish(new BusMessage("berth.app.main." + app, new byte[0]))
                    .toCompletableFuture()
                    .get();
        }
        await("both messages", () -> taken.size() == 2);
        AtomicInteger ended = new AtomicInteger();
        Thread end = Thread.ofPlatform().start(() -> {
            try {
                scheduler.ending(null);
                ended.set(1);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        taken.get(0).run();
        await("its wait", () -> end.getState() == Thread.State.TIMED_WAITING);
        assertThat(ended).as("with one of two dealt with").hasValue(0);
        taken.get(1).run();
        end.join(1_000);
        assertThat(ended).as("with both dealt with").hasValue(1);
        List<String> later = new CopyOnWriteArrayList<>();
        registry.publish(new BusMessage("berth.app.main.c", new byte[0]))
                .toCompletableFuture()
                .get();
        BusConnection second = bus(server.url(), "scheduler-service", Optional.empty(), Optional.empty());
        second.subscribe("berth.app.>", (message, done) -> later.add(message.subject()));
        await("the third message", () -> later.contains("berth.app.main.c"));
        assertThat(taken).as("what a part at its end takes in").hasSize(2);
    }
}
