package dev.berth.chassis.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.chassis.kit.NatsServer;
import dev.berth.protocol.bus.NatsConf;
import dev.berth.protocol.bus.Permissions;
import dev.berth.protocol.bus.Subjects;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** P10 on the bus: every part's credential on everything, with a real nats-server of each test's own. */
@Execution(ExecutionMode.CONCURRENT)
class PermissionsIT {
    private static final Map<String, Permissions> PARTS = new HashMap<>();

    static {
        Stream.of(
                        Permissions.registry(),
                        Permissions.scheduler(),
                        Permissions.gateway(),
                        Permissions.agent("n1"),
                        Permissions.agent("n2"))
                .forEach(part -> PARTS.put(part.part(), part));
    }

    @TempDir
    Path folder;

    private NatsServer server;
    private final Map<String, Connection> connections = new HashMap<>();
    private final List<String> refusals = new CopyOnWriteArrayList<>();
    private final List<BusConnection> buses = new ArrayList<>();
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger questions = new AtomicInteger();

    @BeforeEach
    void start() throws Exception {
        int port = NatsServer.freePort();
        Map<Permissions, String> passwords = new HashMap<>();
        PARTS.values().forEach(part -> passwords.put(part, "password-of-" + part.part()));
        Path configuration = folder.resolve("nats.conf");
        Files.writeString(
                configuration, NatsConf.local(port, folder.resolve("data").toString(), passwords));
        server = new NatsServer(configuration, port);
    }

    @AfterEach
    void end() throws Exception {
        for (Connection connection : connections.values()) {
            connection.close();
        }
        for (BusConnection bus : buses) {
            bus.close();
        }
        server.close();
    }

    private Connection as(String part) throws Exception {
        if (!connections.containsKey(part)) {
            connections.put(
                    part,
                    Nats.connect(Options.builder()
                            .server(server.url())
                            .userInfo(part, "password-of-" + part)
                            .inboxPrefix(PARTS.get(part).inbox())
                            .errorListener(new ErrorListener() {
                                @Override
                                public void errorOccurred(Connection source, String error) {
                                    refusals.add(error);
                                }
                            })
                            .build()));
        }
        return connections.get(part);
    }

    /** The parts that this is not refused to. */
    private Set<String> allowed(String kind, String subject) throws Exception {
        Set<String> allowed = new TreeSet<>();
        for (String part : PARTS.keySet()) {
            Connection connection = as(part);
            refusals.clear();
            if (kind.equals("publish")) {
                connection.publish(subject, new byte[0]);
            } else {
                connection.subscribe(subject).unsubscribe();
            }
            // Refusals come in order: once that of a later question is here, which nobody may ask, all before are.
            String marker = "nobodys." + questions.incrementAndGet();
            connection.publish(marker, new byte[0]);
            await("the refusal of " + marker, () -> refused("publish", marker));
            if (!refused(kind, subject)) {
                allowed.add(part);
            }
        }
        return allowed;
    }

    private boolean refused(String kind, String subject) {
        return refusals.stream()
                .anyMatch(refusal -> refusal.toLowerCase(java.util.Locale.ROOT).contains(kind)
                        && refusal.contains("\"" + subject + "\""));
    }

    private void onlyPublish(String subject, String... parts) throws Exception {
        assertThat(allowed("publish", subject)).as("publish " + subject).containsExactlyInAnyOrder(parts);
    }

    private void onlySubscribe(String subject, String... parts) throws Exception {
        assertThat(allowed("subscription", subject)).as("subscribe " + subject).containsExactlyInAnyOrder(parts);
    }

    @Test
    void eachSubjectIsSaidByItsOwnerAlone() throws Exception {
        onlyPublish("berth.app.main.a", "registry");
        onlyPublish("berth.desired.n1", "scheduler");
        onlyPublish("berth.desired.n2", "scheduler");
        onlyPublish("berth.routes.head", "scheduler");
        onlyPublish("berth.routes.app.main.a", "scheduler");
        onlyPublish("berth.shown.app.main.a", "scheduler");
        onlyPublish("berth.shown.node.n1", "scheduler");
        onlyPublish("berth.observed.n1", "agent-n1");
        onlyPublish("berth.observed.n2", "agent-n2");
        onlyPublish("berth.gateway.g1", "gateway");
        onlyPublish("berth.logs.n1.main.a.c", "agent-n1");
        onlyPublish("berth.logs.main.a.c");
        onlyPublish("berth.name.gateway.g1", "gateway");
        onlyPublish("berth.name.agent.n1", "agent-n1");
        onlyPublish("berth.name.agent.n2", "agent-n2");
        for (String part : PARTS.keySet()) {
            onlyPublish("_INBOX." + part + ".x");
        }
        for (String nobodys : List.of("berth.anything", "anything", "$KV.x.y", "$SYS.REQ.SERVER.PING", "_INBOX.x")) {
            onlyPublish(nobodys);
        }
    }

    @Test
    void eachSubjectIsReadByWhoNeedsItAlone() throws Exception {
        onlySubscribe("berth.desired.n1", "agent-n1");
        onlySubscribe("berth.desired.n2", "agent-n2");
        onlySubscribe("berth.app.>", "scheduler");
        onlySubscribe("berth.observed.*", "scheduler");
        onlySubscribe("berth.gateway.*", "scheduler");
        onlySubscribe("berth.routes.>", "gateway");
        onlySubscribe("berth.shown.>", "gateway");
        onlySubscribe("berth.logs.*.main.a.>", "gateway");
        onlySubscribe("berth.name.gateway.g1", "gateway");
        onlySubscribe("berth.name.agent.n1", "agent-n1");
        onlySubscribe("berth.name.agent.n2", "agent-n2");
        for (String part : PARTS.keySet()) {
            onlySubscribe("_INBOX." + part + ".>", part);
        }
        for (String nobodys : List.of(
                "berth.desired.*",
                "berth.desired.>",
                "berth.>",
                ">",
                "_INBOX.>",
                "_INBOX.*.>",
                "berth.name.>",
                "berth.name.agent.*",
                "$JS.>",
                "$JS.API.>",
                "$JS.EVENT.ADVISORY.>",
                "$KV.>",
                "$SYS.>",
                "berth.*.n1")) {
            onlySubscribe(nobodys);
        }
    }

    @Test
    void streamsAreMadeAndReadByWhoNeedsThemAlone() throws Exception {
        for (String stream : List.of("BERTH_STATE", "BERTH_LOGS")) {
            for (String call : List.of("INFO", "CREATE", "UPDATE")) {
                onlyPublish("$JS.API.STREAM." + call + "." + stream, "registry", "scheduler");
            }
            for (String call : List.of(
                    "STREAM.DELETE",
                    "STREAM.PURGE",
                    "STREAM.MSG.GET",
                    "STREAM.MSG.DELETE",
                    "STREAM.SNAPSHOT",
                    "STREAM.RESTORE",
                    "CONSUMER.CREATE",
                    "CONSUMER.NAMES",
                    "CONSUMER.LIST",
                    "DIRECT.GET")) {
                onlyPublish("$JS.API." + call + "." + stream);
            }
            for (String call :
                    List.of("CONSUMER.CREATE", "CONSUMER.DURABLE.CREATE", "CONSUMER.DELETE", "CONSUMER.MSG.NEXT")) {
                onlyPublish("$JS.API." + call + "." + stream + ".x");
            }
        }
        for (String nobodys : List.of(
                "STREAM.CREATE.OTHER",
                "STREAM.UPDATE.OTHER",
                "STREAM.INFO.KV_x",
                "STREAM.CREATE.KV_x",
                "DIRECT.GET.KV_x.$KV.x.y",
                "CONSUMER.CREATE.KV_x.c.$KV.x.>",
                "STREAM.NAMES",
                "STREAM.LIST",
                "INFO",
                "STREAM.TEMPLATE.CREATE.x")) {
            onlyPublish("$JS.API." + nobodys);
        }
        String consumer = "$JS.API.CONSUMER.CREATE.BERTH_STATE.c.";
        for (String nobodys : List.of("berth.desired.n1", "berth.desired.*", "berth.desired.>", "berth.>", ">")) {
            onlyPublish(consumer + nobodys);
        }
        onlyPublish(consumer + "berth.app.>", "scheduler");
        onlyPublish(consumer + "berth.observed.*", "scheduler");
        onlyPublish(consumer + "berth.gateway.*", "scheduler");
        onlyPublish(consumer + "berth.routes.>", "gateway");
        onlyPublish(consumer + "berth.shown.>", "gateway");
        onlyPublish("$JS.API.CONSUMER.CREATE.BERTH_LOGS.c.berth.logs.*.main.a.>", "gateway");
        String last = "$JS.API.DIRECT.GET.BERTH_STATE.";
        onlyPublish(last + "berth.desired.n1", "agent-n1");
        onlyPublish(last + "berth.desired.n2", "agent-n2");
        onlyPublish(last + "berth.observed.n1");
        onlyPublish(last + "berth.routes.head", "scheduler");
        onlyPublish(last + "berth.routes.app.main.a");
    }

    /** What the subject of a question allows, its body can't widen. */
    @Test
    void bodyOfAQuestionReachesNoFurtherThanItsSubject() throws Exception {
        bus("scheduler").open();
        Connection gateway = as("gateway");
        String otherFilter = """
                {"stream_name": "%s", "config": {"name": "c", "deliver_subject": "%sc", "deliver_policy": "all",
                "ack_policy": "none", "mem_storage": true, "filter_subject": "berth.desired.n1"}}""";
        await("the streams", () -> {
            Message info =
                    as("scheduler").request("$JS.API.STREAM.INFO.BERTH_STATE", new byte[0], Duration.ofSeconds(2));
            return info != null && !new String(info.getData(), UTF_8).contains("\"error\"");
        });
        for (String stream : List.of("BERTH_STATE", "BERTH_LOGS")) {
            assertThat(answer(
                            gateway,
                            "$JS.API.CONSUMER.CREATE.BERTH_STATE.c.berth.routes.head",
                            otherFilter.formatted(stream, Permissions.gateway().inbox())))
                    .contains("\"error\"");
        }
        assertThat(answer(
                        as("registry"),
                        "$JS.API.STREAM.CREATE.BERTH_STATE",
                        "{\"name\": \"OTHER\", \"subjects\": [\"other.>\"]}"))
                .contains("\"error\"");
    }

    private static String answer(Connection connection, String subject, String body) throws InterruptedException {
        Message answer = connection.request(subject, body.getBytes(UTF_8), Duration.ofSeconds(5));
        assertThat(answer).as("an answer to " + subject).isNotNull();
        return new String(answer.getData(), UTF_8);
    }

    @Test
    void wrongPasswordIsRefused() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> Nats.connect(Options.builder()
                        .server(server.url())
                        .userInfo("scheduler", "password-of-agent-n1")
                        .maxReconnects(0)
                        .build())))
                .isNotNull();
    }

    /** Everything that a part needs works, also anew after the server's data was lost. */
    @Test
    void eachPartSaysAndHearsWhatItNeeds() throws Exception {
        Map<String, BusConnection> parts = new HashMap<>();
        Map<String, List<String>> heard = new HashMap<>();
        for (String part : PARTS.keySet()) {
            parts.put(part, bus(part));
            heard.put(part, listen(parts.get(part), part));
        }
        parts.values().forEach(BusConnection::open);
        await("all connections", () -> connected.get() >= PARTS.size());
        everyoneIsHeard(parts, heard, "first");

        // Whoever comes later hears the last value of each subject at once.
        for (String part : PARTS.keySet()) {
            List<String> replayed = late(parts, heard, part);
            await(
                    "what " + part + " missed",
                    () -> new TreeSet<>(replayed).equals(new TreeSet<>(heardBy(part, "first"))));
        }
        await("the log", () -> stored(parts.get("gateway")).contains("berth.logs.n1.main.a.c=first"));

        int before = connected.get();
        server.kill();
        wipe(folder.resolve("data"));
        server.start();
        await("all connections anew", () -> connected.get() >= before + 2 * PARTS.size() - 2);
        assertThat(stored(parts.get("gateway"))).isEmpty();
        everyoneIsHeard(parts, heard, "second");
        List<String> replayed = late(parts, heard, "agent-n1");
        await("the order after the wipe", () -> replayed.contains("berth.desired.n1=second"));
        assertThat(heard.get("agent-n1")).noneMatch(said -> said.contains("n2"));
    }

    /** One more of a part, or for an agent, of which there is one by each name, the next. */
    private List<String> late(Map<String, BusConnection> parts, Map<String, List<String>> heard, String part)
            throws InterruptedException {
        BusConnection late = bus(part);
        List<String> replayed = listen(late, part);
        if (part.startsWith("agent-")) {
            parts.put(part, late).close();
            heard.put(part, replayed);
        }
        late.open();
        return replayed;
    }

    /** What was said while a part was cut off, it hears when it is back; the server knows nothing of a restart. */
    @Test
    void lastValuesAreHeardAgainAfterAReconnect() throws Exception {
        try (Cable cable = new Cable(server.url())) {
            BusConnection scheduler = bus("scheduler");
            scheduler.open();
            await("the scheduler", scheduler::isConnected);
            BusConnection agent = bus("agent-n1", cable.url());
            List<String> heard = listen(agent, "agent-n1");
            agent.open();
            await("the agent", agent::isConnected);
            cable.cut();
            await("the loss", () -> !agent.isConnected());
            for (String subject : List.of("berth.desired.n1", "berth.desired.n2")) {
                await(subject, () -> {
                    scheduler
                            .publish(new BusMessage(subject, "missed".getBytes(UTF_8)))
                            .toCompletableFuture()
                            .get();
                    return true;
                });
            }
            assertThat(heard).isEmpty();
            cable.mend();
            await("what was missed", () -> heard.contains("berth.desired.n1=missed"));
            assertThat(heard).doesNotContain("berth.desired.n2=missed");
        }
    }

    private static List<String> stored(BusConnection bus) throws IOException {
        List<String> lines = new ArrayList<>();
        long after = 0;
        for (List<StoredMessage> page = page(bus, after); !page.isEmpty(); page = page(bus, after)) {
            BusMessage message = page.getFirst().message();
            lines.add(message.subject() + "=" + new String(message.body(), UTF_8));
            after = page.getFirst().position();
        }
        // A position that the stream does not have is one of a stream before it.
        assertThat(bus.page(Subjects.logsOf("main", "a"), after + 1_000, 1_000, 1 << 20))
                .hasSize(lines.size());
        return lines;
    }

    private static List<StoredMessage> page(BusConnection bus, long after) throws IOException {
        return bus.page(Subjects.logsOf("main", "a"), after, 1, 1 << 20);
    }

    private static void wipe(Path data) throws IOException {
        try (Stream<Path> all = Files.walk(data)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private void everyoneIsHeard(Map<String, BusConnection> parts, Map<String, List<String>> heard, String word) {
        String[][] said = {
            {"registry", "berth.app.main.a"},
            {"scheduler", "berth.desired.n1"},
            {"scheduler", "berth.desired.n2"},
            {"scheduler", "berth.routes.head"},
            {"scheduler", "berth.routes.app.main.a"},
            {"scheduler", "berth.shown.node.n1"},
            {"agent-n1", "berth.observed.n1"},
            {"agent-n2", "berth.observed.n2"},
            {"gateway", "berth.gateway.g1"},
            {"agent-n1", "berth.logs.n1.main.a.c"}
        };
        for (String[] each : said) {
            await(each[1] + " to be stored", () -> {
                CompletionStage<Void> stored =
                        parts.get(each[0]).publish(new BusMessage(each[1], word.getBytes(UTF_8)));
                try {
                    stored.toCompletableFuture().get();
                    return true;
                } catch (java.util.concurrent.ExecutionException notYet) {
                    return false;
                }
            });
        }
        for (String part : PARTS.keySet()) {
            await("what " + part + " hears", () -> heard.get(part).containsAll(heardBy(part, word)));
        }
    }

    private static List<String> heardBy(String part, String word) {
        Stream<String> subjects =
                switch (part) {
                    case "scheduler" ->
                        Stream.of(
                                "berth.app.main.a",
                                "berth.observed.n1",
                                "berth.observed.n2",
                                "berth.gateway.g1",
                                "berth.routes.head");
                    case "gateway" -> Stream.of("berth.routes.head", "berth.routes.app.main.a", "berth.shown.node.n1");
                    case "agent-n1" -> Stream.of("berth.desired.n1");
                    case "agent-n2" -> Stream.of("berth.desired.n2");
                    default -> Stream.of();
                };
        return subjects.map(subject -> subject + "=" + word).toList();
    }

    private static List<String> listen(BusConnection bus, String part) {
        List<String> heard = new CopyOnWriteArrayList<>();
        List<String> filters =
                switch (part) {
                    case "scheduler" ->
                        List.of("berth.app.>", "berth.observed.*", "berth.gateway.*", "berth.routes.head");
                    case "gateway" -> List.of("berth.routes.>", "berth.shown.>");
                    case "agent-n1" -> List.of("berth.desired.n1");
                    case "agent-n2" -> List.of("berth.desired.n2");
                    default -> List.of();
                };
        filters.forEach(filter -> bus.subscribe(filter, (message, done) -> {
            heard.add(message.subject() + "=" + new String(message.body(), UTF_8));
            done.run();
        }));
        return heard;
    }

    private BusConnection bus(String part) {
        return bus(part, server.url());
    }

    private BusConnection bus(String part, String url) {
        String module =
                switch (part) {
                    case "registry", "scheduler" -> part + "-service";
                    case "gateway" -> "api-gateway";
                    default -> "node-agent";
                };
        BusConnection bus = new BusConnection(
                new Fired(connected),
                url,
                part,
                "password-of-" + part,
                module,
                node(part),
                part.equals("gateway") ? Optional.of("g" + buses.size()) : Optional.empty());
        buses.add(bus);
        return bus;
    }

    private static Optional<String> node(String part) {
        return part.startsWith("agent-") ? Optional.of(part.replace("agent-", "")) : Optional.empty();
    }

    private static void await(String what, Callable<Boolean> condition) {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        try {
            while (!condition.call()) {
                assertThat(System.nanoTime()).as("waited in vain for " + what).isLessThan(until);
                java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
            }
        } catch (Exception fault) {
            throw new AssertionError("could not wait for " + what, fault);
        }
    }

    /** Between a part and the server: can be cut. */
    private static final class Cable implements AutoCloseable {
        private final ServerSocket entrance;
        private final java.net.URI server;
        private final List<Socket> ends = new CopyOnWriteArrayList<>();
        private volatile boolean whole = true;

        Cable(String url) throws IOException {
            server = java.net.URI.create(url);
            entrance = new ServerSocket(0, 10, java.net.InetAddress.getByName("127.0.0.1"));
            Thread.ofVirtual().start(() -> {
                while (!entrance.isClosed()) {
                    try {
                        carry(entrance.accept());
                    } catch (IOException closed) {
                        continue;
                    }
                }
            });
        }

        private void carry(Socket near) throws IOException {
            ends.add(near);
            if (!whole) {
                near.close();
                return;
            }
            Socket far = new Socket(server.getHost(), server.getPort());
            ends.add(far);
            Thread.ofVirtual().start(() -> pump(near, far));
            Thread.ofVirtual().start(() -> pump(far, near));
        }

        private static void pump(Socket from, Socket to) {
            try (from;
                    to) {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException cut) {
                // Both ends are closed now.
            }
        }

        String url() {
            return "nats://127.0.0.1:" + entrance.getLocalPort();
        }

        void cut() throws IOException {
            whole = false;
            for (Socket end : ends) {
                end.close();
            }
        }

        void mend() {
            whole = true;
        }

        @Override
        public void close() throws IOException {
            entrance.close();
            cut();
        }
    }
}
