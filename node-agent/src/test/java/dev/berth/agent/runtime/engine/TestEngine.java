package dev.berth.agent.runtime.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PruneType;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.berth.agent.container.Address;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A Docker Engine of the tests' own: with a folder, a socket and networks that no other engine of this machine knows.
 * It ends with the JVM that began it, however that ends.
 */
public final class TestEngine implements AutoCloseable {
    /** An image with a shell and the small tools, and a user {@code web} (1000). */
    public static final String IMAGE = "berth-test/busybox:1";

    private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);
    private static final Map<TestKind, TestEngine> SHARED = new EnumMap<>(TestKind.class);

    private final TestKind kind;
    private final Path folder;
    private final List<String> options;
    private final Optional<TestRoot> root;
    private Process shell;
    private Engine connection;

    private TestEngine(TestKind kind, Path folder, List<String> options, Optional<TestRoot> root) {
        this.kind = kind;
        this.folder = folder;
        this.options = options;
        this.root = root;
    }

    /**
     * The one of all tests of this JVM; where there can be none, the test is skipped, and says why. Containers outlive
     * its crash.
     */
    public static synchronized TestEngine shared(TestKind kind) throws IOException {
        if (!SHARED.containsKey(kind)) {
            TestEngine engine = own(kind, "--live-restore");
            Runtime.getRuntime().addShutdownHook(new Thread(engine::close));
            SHARED.put(kind, engine);
        }
        return SHARED.get(kind);
    }

    /** One more, which its caller ends, to be ended and begun again by a test. */
    public static TestEngine own(TestKind kind, String... options) throws IOException {
        unless(!"root".equals(System.getProperty("user.name")), "an engine can only be started by root");
        unless(kind.ofThisMachine() && !found("dockerd"), "there is no dockerd (Debian: apt-get install docker.io)");
        unless(!kind.ofThisMachine() && !TestRoot.isThere(), "there is no " + kind + " (.ci/engines makes it)");
        unless(!found("busybox"), "there is no busybox to make an image of (Debian: apt-get install busybox-static)");
        Path folder = Files.createTempDirectory("berth-engine");
        Optional<TestRoot> root = kind.ofThisMachine()
                ? Optional.empty()
                : Optional.of(TestRoot.begin(folder.resolve("root"), kind.apart()));
        TestEngine engine = new TestEngine(kind, folder, List.of(options), root);
        try {
            engine.begin();
        } catch (IOException refused) {
            engine.close();
            unless(true, "this host lets nobody start " + kind + ": " + refused.getMessage());
        }
        engine.take("berth-test/busybox", "1", new ByteArrayInputStream(TestImage.bytes()));
        Optional<String> refusal = engine.refusesItsOwnClient();
        if (refusal.isPresent()) {
            engine.close();
            unless(true, kind + "'s own client can't start a container here: " + refusal.get());
        }
        return engine;
    }

    /** What keeps containers from being started here, whoever asks for them; only for those that this host may not suit. */
    private Optional<String> refusesItsOwnClient() throws IOException {
        List<String> client = kind.client(settings());
        if (client.isEmpty()) {
            return Optional.empty();
        }
        List<String> command = new ArrayList<>(client);
        command.addAll(List.of("run", "--rm", "--network=none", IMAGE, "true"));
        Process run = inside(command).redirectErrorStream(true).start();
        String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return run.onExit().join().exitValue() == 0 ? Optional.empty() : Optional.of(said);
    }

    /** What a container's server says to who asks in the engine's network; empty where nothing answers. */
    public String answer(Address at, String path) throws IOException {
        List<String> command = new ArrayList<>(root.map(TestRoot::network).orElse(List.of()));
        // A port that is only held takes connections too.
        command.addAll(List.of(
                "timeout", "1", "busybox", "wget", "-q", "-O", "-", "http://" + at.host() + ":" + at.port() + path));
        Process asks = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(asks.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** A command where the engine runs, its client's own among them; of this machine's files it sees those of tests. */
    public ProcessBuilder inside(List<String> command) {
        List<String> whole = new ArrayList<>(root.map(TestRoot::inside).orElse(List.of()));
        whole.addAll(command);
        return new ProcessBuilder(whole);
    }

    /** A folder that engine and test both see, by the same name; it goes with the engine. */
    public Path folder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    /** One for all who need none of their own. */
    public synchronized Engine connection() throws IOException {
        if (connection == null) {
            connection = Engine.connect(settings());
        }
        return connection;
    }

    /**
     * Makes an image of a file system. docker-java's own command for it sends a body that no engine can read.
     *
     * @param image a tar of it
     */
    public void take(String repository, String tag, InputStream image) throws IOException {
        DockerHttpClient.Request request = DockerHttpClient.Request.builder()
                .method(DockerHttpClient.Request.Method.POST)
                .path("/images/create?fromSrc=-&repo=" + repository + "&tag=" + tag)
                .body(image)
                .build();
        try (DockerHttpClient http = new ZerodepDockerHttpClient.Builder()
                        .dockerHost(settings().host())
                        .build();
                EngineStream answer = EngineStream.of("take an image", http.execute(request))) {
            answer.body().readAllBytes();
        }
    }

    private static void unless(boolean missing, String reason) {
        if (missing) {
            System.err.println("SKIPPED: " + reason);
        }
        Assumptions.assumeFalse(missing, reason);
    }

    private static boolean found(String program) {
        return Stream.of("/usr/bin", "/usr/sbin", "/bin", "/usr/local/bin", "/usr/local/sbin")
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    public EngineSettings settings() {
        return new EngineSettings(URI.create("unix://" + folder.resolve("socket")), Optional.empty());
    }

    /** Builds what a folder's Dockerfile says, as {@code docker build -t NAME FOLDER} does. */
    public void build(String name, Path folder) throws IOException {
        try (Engine engine = Engine.connect(settings())) {
            engine.ask(
                    "build " + name,
                    client -> client.buildImageCmd(folder.toFile())
                            .withTags(Set.of(name))
                            .start()
                            .awaitImageId());
        }
    }

    /** Runs a container that nobody but its test knows of. */
    public void run(String name, String image, String... command) throws IOException {
        try (Engine engine = Engine.connect(settings())) {
            String made = engine.ask(
                            "make " + name,
                            client -> client.createContainerCmd(image)
                                    .withName(name)
                                    .withCmd(command)
                                    .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                                    .exec())
                    .getId();
            engine.ask("start " + name, client -> client.startContainerCmd(made).exec());
        }
    }

    /**
     * Makes and starts a container on a bridge of the engine's, by its API alone, and removes it again.
     *
     * @param command that listens on port 8000
     * @return nanoseconds to its first answer
     */
    public long timeToAnswer(String name, String... command) throws IOException, InterruptedException {
        try (Engine engine = Engine.connect(settings())) {
            if (engine.find(
                            "look",
                            client -> client.inspectNetworkCmd()
                                    .withNetworkId("beside")
                                    .exec())
                    .isEmpty()) {
                engine.ask(
                        "make a network",
                        client -> client.createNetworkCmd().withName("beside").exec());
            }
            long began = System.nanoTime();
            String made = engine.ask(
                            "make " + name,
                            client -> client.createContainerCmd(IMAGE)
                                    .withName(name)
                                    .withCmd(command)
                                    .withHostConfig(HostConfig.newHostConfig().withNetworkMode("beside"))
                                    .exec())
                    .getId();
            engine.ask("start " + name, client -> client.startContainerCmd(made).exec());
            String address = engine.ask(
                            "inspect",
                            client -> client.inspectContainerCmd(made).exec())
                    .getNetworkSettings()
                    .getNetworks()
                    .get("beside")
                    .getIpAddress();
            while (!answers(address)) {
                java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
            }
            long nanos = System.nanoTime() - began;
            remove(name);
            return nanos;
        }
    }

    private static boolean answers(String address) {
        try (Socket socket = new Socket(address, 8000)) {
            socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == 'H';
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Ends and removes what a test has run. */
    public void remove(String name) throws IOException {
        try (Engine engine = Engine.connect(settings())) {
            engine.ask(
                    "remove " + name,
                    client -> client.removeContainerCmd(name).withForce(true).exec());
        }
    }

    /** All output that it has of a container. */
    public String output(String name) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        String path = "/containers/" + name + "/logs?stdout=1&stderr=1&timestamps=1";
        try (Engine engine = Engine.connect(settings());
                EngineStream stream = engine.stream("give all output", path)) {
            LogPieces pieces = new LogPieces(stream.body());
            for (Optional<LogPieces.Piece> piece = pieces.next(); piece.isPresent(); piece = pieces.next()) {
                all.writeBytes(piece.get().bytes());
            }
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    /** Which one it is, and since when it runs: equal as long as nobody has touched it. */
    public record Seen(String id, String startedAt, boolean running) {}

    /** All its containers by their names, whoever made them. */
    public Map<String, Seen> seen() throws IOException {
        try (Engine engine = Engine.connect(settings())) {
            Map<String, Seen> seen = new TreeMap<>();
            for (Container each : all(engine)) {
                engine.find(
                                "inspect",
                                client ->
                                        client.inspectContainerCmd(each.getId()).exec())
                        .ifPresent(found -> seen.put(
                                found.getName().substring(1),
                                new Seen(
                                        found.getId(),
                                        found.getState().getStartedAt(),
                                        Boolean.TRUE.equals(found.getState().getRunning()))));
            }
            return seen;
        }
    }

    private static List<Container> all(Engine engine) throws IOException {
        return engine.ask(
                "list", client -> client.listContainersCmd().withShowAll(true).exec());
    }

    /** The names of all its containers, whoever made them. */
    public List<String> containers() throws IOException {
        try (Engine engine = Engine.connect(settings())) {
            return all(engine).stream()
                    .flatMap(each -> Stream.of(each.getNames()))
                    .toList();
        }
    }

    public void removeUnusedNetworks() throws IOException {
        try (Engine engine = Engine.connect(settings())) {
            engine.ask("prune", client -> client.pruneCmd(PruneType.NETWORKS).exec());
        }
    }

    /** Begins it, or begins it again, and waits until it answers. */
    public void begin() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                // Its standard input ends with the JVM.
                "pid=$0; sh -c 'echo $$ >\"$0\"; exec \"$@\"' \"$pid\" \"$@\" </dev/null & engine=$!;"
                        + " read end; kill $engine; wait $engine; rm -f \"$pid\"",
                folder.resolve("pid").toString()));
        root.ifPresent(each -> command.addAll(each.inside()));
        command.addAll(kind.daemon(folder, options));
        shell = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        long until = System.nanoTime() + STARTS_WITHIN.toNanos();
        while (true) {
            try (Engine engine = Engine.connect(settings())) {
                return;
            } catch (IOException notYet) {
                if (!Files.exists(folder.resolve("pid")) && !shell.isAlive() || System.nanoTime() > until) {
                    throw new IOException("the engine does not start: " + Files.readString(log()), notYet);
                }
                java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private Path log() {
        return folder.resolve("log");
    }

    /** Ends it without a word, as a crash does. */
    public void crash() throws IOException {
        long pid = Long.parseLong(Files.readString(folder.resolve("pid")).strip());
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        end();
        // Where nobody reaps it, its own containerd seems to live.
        Files.deleteIfExists(folder.resolve("run/containerd/containerd.pid"));
    }

    /** Kills what runs its containers for it. */
    public void crashContainerd() {
        List<ProcessHandle> found = ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .orElse("")
                        .matches("(\\S*/)?containerd --config " + folder.resolve("run") + ".*"))
                .toList();
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " of the engine in " + folder);
        }
        found.getFirst().destroyForcibly();
    }

    /** Ends it in order. */
    public void end() {
        try {
            shell.getOutputStream().close();
        } catch (IOException gone) {
            // It has ended.
        }
        try {
            if (!shell.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println("the engine in " + folder + " does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        removeNetworks();
        end();
        root.ifPresent(TestRoot::close);
        // What keeps containers running while their engine is away.
        ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(folder.toString()))
                .forEach(process -> {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                });
        try {
            new ProcessBuilder(
                            "sh",
                            "-c",
                            // The namespace of a container on the host's network stays mounted.
                            "grep -F \"$0\" /proc/self/mounts | cut -d' ' -f2 | sort -r | xargs -r umount;"
                                    + " exec rm -rf --one-file-system \"$0\"",
                            folder.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException fault) {
            System.err.println(folder + " stays: " + fault);
        }
    }

    /** An engine that ends leaves the bridges of its networks to the host. */
    private void removeNetworks() {
        try (Engine engine = Engine.connect(settings())) {
            all(engine)
                    .forEach(each -> remove(
                            engine,
                            client -> client.removeContainerCmd(each.getId())
                                    .withForce(true)
                                    .exec()));
            engine.ask("list", client -> client.listNetworksCmd().exec()).stream()
                    .filter(network -> network.getDriver().equals("bridge")
                            // The engine's own, where it has one.
                            && !network.getName().equals("bridge"))
                    .forEach(each -> remove(
                            engine,
                            client -> client.removeNetworkCmd(each.getId()).exec()));
        } catch (IOException away) {
            System.err.println("networks of the engine in " + folder + " stay: " + away.getMessage());
        }
    }

    private static void remove(Engine engine, Function<DockerClient, Void> removal) {
        try {
            engine.ask("remove", removal);
        } catch (IOException refused) {
            System.err.println(refused.getMessage());
        }
    }
}
