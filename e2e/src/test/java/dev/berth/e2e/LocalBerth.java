package dev.berth.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.MessageLite;
import dev.berth.cli.local.Home;
import dev.berth.cli.local.Supervisor;
import dev.berth.client.ApiJson;
import dev.berth.client.App;
import dev.berth.client.BerthClient;
import dev.berth.client.BerthException;
import dev.berth.protocol.bus.Subjects;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A whole Berth of real processes, started once for all tests of this run, ended with it. */
final class LocalBerth {
    static final Path ROOT =
            Path.of(System.getProperty("berth.root", "..")).toAbsolutePath().normalize();
    /** Bytes of a source bundle that a Berth of these tests takes. */
    static final long SOURCE_LIMIT = 150L << 20;

    /**
     * Where agents look for an engine, unless a test tells them else. There is none as long as no test puts one there:
     * the machine's own is none of the tests' business.
     */
    static final Path ENGINE = Path.of(
            System.getProperty("java.io.tmpdir"),
            "berth-e2e-" + ProcessHandle.current().pid(),
            "engine");

    private static final int FIRST_PORT = 18_080;
    private static final int LAST_PORT = 18_990;
    private static LocalBerth shared;
    private static int nextPort = FIRST_PORT;

    final Supervisor supervisor;
    final Home home;
    final int port;
    final int gateways;
    /** By its supervisor, in turn. */
    final List<String> said;

    private final Map<String, List<String>> commands = new HashMap<>();

    private LocalBerth(Supervisor supervisor, Home home, int port, int gateways, List<String> said) {
        this.supervisor = supervisor;
        this.home = home;
        this.port = port;
        this.gateways = gateways;
        this.said = said;
    }

    /** Two nodes and two gateways. */
    static synchronized LocalBerth shared() throws IOException {
        if (shared == null) {
            shared = start("shared", 2, 2, Map.of());
            LocalBerth started = shared;
            Runtime.getRuntime().addShutdownHook(new Thread(started::stop));
        }
        return shared;
    }

    static LocalBerth start(String name, int nodes, int gateways, Map<String, String> settings) throws IOException {
        Path state = ROOT.resolve("e2e/target/" + name);
        delete(state);
        prepare();
        Home home = new Home(state, ROOT);
        int port = freePorts(gateways);
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent("BERTH_SCHEDULER_REPAIR", "PT1S");
        all.putIfAbsent("BERTH_SCHEDULER_NODE_LOST_AFTER", "PT8S");
        all.putIfAbsent("BERTH_REGISTRY_RETENTION", "PT5S");
        all.putIfAbsent("BERTH_REGISTRY_SOURCE_RETENTION", "PT10S");
        all.putIfAbsent("BERTH_REGISTRY_SOURCE_LIMIT", String.valueOf(SOURCE_LIMIT));
        all.putIfAbsent("DOCKER_HOST", "unix://" + ENGINE);
        List<String> said = new CopyOnWriteArrayList<>();
        Supervisor supervisor = new Supervisor(
                home,
                new Supervisor.Options(nodes, gateways, port, Supervisor.Caches.USED, all, Optional.empty(), Map.of()),
                line -> {
                    said.add(line);
                    System.out.println("[" + name + "] " + line);
                });
        LocalBerth berth = new LocalBerth(supervisor, home, port, gateways, said);
        try {
            supervisor.start();
            berth.awaitAll();
            berth.noteCommands();
        } catch (IOException | RuntimeException | Error fault) {
            supervisor.stop();
            throw fault;
        }
        return berth;
    }

    /** While no test kills any: tests of several classes run at once. */
    private void noteCommands() throws IOException {
        for (String part : supervisor.parts()) {
            commands.put(
                    part,
                    List.of(Files.readString(Path.of("/proc/" + supervisor.pid(part) + "/cmdline"))
                            .split("\0")));
        }
    }

    /** The services are tested as users run them: from AOT caches. */
    static void prepare() throws IOException {
        Process prepare = new ProcessBuilder(ROOT.resolve("berth").toString(), "prepare")
                .inheritIO()
                .start();
        if (prepare.onExit().join().exitValue() != 0) {
            throw new IOException("berth prepare failed");
        }
    }

    void stop() {
        try {
            supervisor.stop();
        } catch (IOException fault) {
            throw new IllegalStateException(fault);
        }
    }

    BerthClient client() {
        return client(1);
    }

    BerthClient client(int gateway) {
        return new BerthClient("http://localhost:" + (port + gateway - 1), token(), "main");
    }

    /** A connection of our own to its PostgreSQL, as the services reach it. */
    Connection database() throws IOException, SQLException {
        Map<String, String> settings = settings("registry");
        return DriverManager.getConnection(
                "jdbc:" + settings.get("BERTH_DATABASE_URL"),
                settings.get("BERTH_DATABASE_USER"),
                settings.get("BERTH_DATABASE_PASSWORD"));
    }

    /** As a user would name it. */
    String databaseUrl() throws IOException {
        Map<String, String> settings = settings("registry");
        return settings.get("BERTH_DATABASE_URL")
                .replace(
                        "//",
                        "//" + settings.get("BERTH_DATABASE_USER") + ":" + settings.get("BERTH_DATABASE_PASSWORD")
                                + "@");
    }

    /** The streams that its NATS has, and when each was made. */
    Map<String, Instant> streams() throws IOException, InterruptedException, JetStreamApiException {
        Map<String, Instant> made = new HashMap<>();
        try (io.nats.client.Connection bus = bus("registry")) {
            for (String stream : List.of(Subjects.STATE_STREAM, Subjects.LOGS_STREAM)) {
                try {
                    made.put(
                            stream,
                            bus.jetStreamManagement()
                                    .getStreamInfo(stream)
                                    .getCreateTime()
                                    .toInstant());
                } catch (JetStreamApiException fault) {
                    if (fault.getErrorCode() != 404) {
                        throw fault;
                    }
                }
            }
        }
        return made;
    }

    /** Says something on the bus as a service would; returns when NATS has it. */
    void publish(String as, String subject, MessageLite message)
            throws IOException, InterruptedException, JetStreamApiException {
        try (io.nats.client.Connection bus = bus(as)) {
            bus.jetStream().publish(subject, message.toByteArray());
        }
    }

    private io.nats.client.Connection bus(String as) throws IOException, InterruptedException {
        Map<String, String> settings = settings(as);
        return Nats.connect(Options.builder()
                .server(settings.get("BERTH_NATS_URL"))
                .inboxPrefix("_INBOX." + settings.get("BERTH_NATS_USER") + ".")
                .userInfo(settings.get("BERTH_NATS_USER"), settings.get("BERTH_NATS_PASSWORD"))
                .build());
    }

    /** What a part has said until now. */
    String log(String part) throws IOException {
        return Files.readString(home.log(part));
    }

    /** A second process of a service, which nobody supervises: the caller ends it. */
    Process another(String part, Map<String, String> settings) throws IOException {
        return another(part, settings, home.state().resolve("logs/another-" + part + ".log"));
    }

    /** @param log takes what it says */
    Process another(String part, Map<String, String> settings, Path log) throws IOException {
        ProcessBuilder another =
                new ProcessBuilder(command(part)).redirectErrorStream(true).redirectOutput(log.toFile());
        another.environment().clear();
        another.environment().putAll(settings(part));
        another.environment().putAll(settings);
        return another.start();
    }

    /** What a service was started by: its JVM, the flags, the jar. */
    List<String> command(String part) {
        return commands.get(part);
    }

    /** What a service was started with. */
    private Map<String, String> settings(String part) throws IOException {
        Map<String, String> settings = new HashMap<>();
        for (String setting : Files.readString(Path.of("/proc/" + supervisor.pid(part) + "/environ"))
                .split("\0")) {
            int equals = setting.indexOf('=');
            settings.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        return settings;
    }

    String token() {
        Properties profile = home.profile();
        return profile.getProperty("token");
    }

    /** A manifest for EchoApp. */
    static String manifest(String app, int containers, String mode, String more) {
        String classes = Path.of("target/test-classes").toAbsolutePath().toString();
        return """
                app: %s
                env: {MODE: "%s"}
                functions:
                  web:
                    web: {readiness: /ready}
                    command: [java, -Xmx48m, -XX:+UseSerialGC, -XX:TieredStopAtLevel=1, -cp, %s, dev.berth.e2e.app.EchoApp]
                    min_containers: %d
                    stop_grace: 5s
                %s
                """.formatted(app, mode, classes, containers, more.indent(4));
    }

    /** The same manifest, of an app that gets ready only once this file is there. */
    static String gated(String manifest, Path gate) {
        return manifest.replace("env: {", "env: {GATE: \"" + gate + "\", ");
    }

    JsonNode deploy(String manifest) {
        return deploy(manifest, "", true);
    }

    JsonNode deploy(String manifest, String tag, boolean force) {
        String app = manifest.lines().findFirst().orElseThrow().replace("app: ", "");
        return ApiJson.of(client().deploy(app, manifest, "", new BerthClient.DeployOptions("", "", tag, "", force)));
    }

    /** Deploys and waits for the outcome. */
    JsonNode roll(String manifest) {
        JsonNode version = deploy(manifest);
        return outcome(version.path("app").asText(), version.path("version").asInt());
    }

    /** Waits until the rollout of a version has an outcome; asks on while services are away. */
    JsonNode outcome(String app, int version) {
        JsonNode[] last = new JsonNode[1];
        await("an outcome of " + app + " v" + version, Duration.ofSeconds(90), () -> {
            try {
                last[0] = ApiJson.of(client(gateways).version(app, version));
                return !last[0].path("outcome").asText().equals("rolling");
            } catch (BerthException away) {
                if (!away.unanswered()) {
                    throw away;
                }
                System.out.println("asking again: " + away.getMessage());
                return false;
            }
        });
        return last[0];
    }

    /** Waits until nothing of the older version is left. */
    JsonNode receipt(String app, int version) {
        JsonNode[] last = new JsonNode[1];
        await("the receipt of " + app + " v" + version, Duration.ofSeconds(60), () -> {
            last[0] = ApiJson.of(client().version(app, version));
            return last[0].path("receipt").path("complete").asBoolean();
        });
        return last[0].path("receipt");
    }

    HttpRequest.Builder request(int gateway, String app, String path) {
        return requestAt(port + gateway - 1, app, path);
    }

    /** At a gateway of any Berth on this machine. */
    static HttpRequest.Builder requestAt(int port, String app, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Host", app + ".localhost")
                .timeout(Duration.ofSeconds(60));
    }

    /** At the start, and after a test that killed something. */
    void awaitAll() throws IOException {
        for (String part : supervisor.parts()) {
            supervisor.awaitReady(part);
        }
        await("a scheduler that leads", Duration.ofSeconds(30), () -> {
            try {
                return client(1).nodes().size() > 0 && client(gateways).apps() != null;
            } catch (BerthException away) {
                if (!away.unanswered()) {
                    throw away;
                }
                return false;
            }
        });
    }

    /** Stops every app and waits until nothing of them runs: the next test has the whole machine. */
    void stopAll() {
        stop(client().apps());
        try {
            await(
                    "the end of all containers",
                    Duration.ofSeconds(60),
                    () -> client().containers("").isEmpty());
        } catch (AssertionError left) {
            throw new AssertionError(left.getMessage() + "; " + Remains.of(this), left);
        }
    }

    /** Of a list that may be old: what was collected since is gone, which is as good. */
    void stop(List<App> apps) {
        for (App app : apps) {
            try {
                client().stop(app.name());
            } catch (BerthException gone) {
                if (gone.status() != 404) {
                    throw gone;
                }
            }
        }
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    static void await(String what, Duration patience, Condition condition) {
        long until = System.nanoTime() + patience.toNanos();
        try {
            while (!condition.holds()) {
                if (System.nanoTime() > until) {
                    throw new AssertionError("waited " + patience.toSeconds() + " s in vain for " + what);
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (RuntimeException fault) {
            throw fault;
        } catch (Exception fault) {
            throw new AssertionError("could not wait for " + what, fault);
        }
    }

    /** Until it has ended: one that is still ending may answer as if nothing were. */
    void kill(String part) throws IOException {
        Optional<ProcessHandle> killed = ProcessHandle.of(supervisor.pid(part));
        signal("KILL", part);
        killed.ifPresent(process -> process.onExit().join());
    }

    /** Kills it, and waits until it has been started again. */
    void restart(String part) throws IOException {
        long before = supervisor.pid(part);
        kill(part);
        await(
                "another process of " + part,
                Duration.ofSeconds(30),
                () -> supervisor.pid(part) != before && supervisor.ready(part));
    }

    /** One that is to stand still does when this returns. */
    void signal(String signal, String part) throws IOException {
        long pid = supervisor.pid(part);
        new ProcessBuilder("kill", "-" + signal, String.valueOf(pid))
                .start()
                .onExit()
                .join();
        if (signal.equals("STOP")) {
            // kill has ended before: on a busy machine threads ran on for 35 ms, and answered.
            await("that " + part + " stands still", Duration.ofSeconds(10), () -> standsStill(pid));
        }
    }

    private static boolean standsStill(long pid) throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                String stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
            return true;
        }
    }

    /** Ports that follow each other, all free, and that nobody was given lately: who was may not listen there yet. */
    static synchronized int freePorts(int count) throws IOException {
        for (int tries = FIRST_PORT; tries <= LAST_PORT; tries += 10) {
            int port = nextPort;
            nextPort = port < LAST_PORT ? port + 10 : FIRST_PORT;
            boolean free = true;
            for (int i = 0; i < count; i++) {
                try (ServerSocket socket = new ServerSocket(port + i, 1, InetAddress.getByName("127.0.0.1"))) {
                    free &= socket.isBound();
                } catch (IOException taken) {
                    free = false;
                }
            }
            if (free) {
                return port;
            }
        }
        throw new IOException("no free ports from " + FIRST_PORT + " on");
    }

    static void delete(Path path) throws IOException {
        if (Files.exists(path)) {
            try (Stream<Path> all = Files.walk(path)) {
                for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            }
        }
    }
}
