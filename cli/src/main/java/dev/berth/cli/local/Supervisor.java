package dev.berth.cli.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All parts of Berth on this machine. {@link #start} brings them up in order and returns when all are ready; each is
 * started again when it dies; {@link #stop} ends every process, the apps' containers too.
 */
public final class Supervisor implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration GRACE = Duration.ofSeconds(45);

    /**
     * @param port of the first gateway; the others follow
     * @param caches whether services record and use AOT caches
     * @param settings further configuration of every service, as environment variables
     */
    public record Options(int nodes, int gateways, int port, boolean caches, Map<String, String> settings) {}

    /** How a part reaches NATS, and as whom. */
    private interface Bus {
        Map<String, String> of(String part) throws IOException;
    }

    private final Home home;
    private final Options options;
    private final Consumer<String> say;
    private final Map<String, Child> children = new LinkedHashMap<>();
    private final Map<Path, AotCache> caches = new LinkedHashMap<>();
    /** For who owns tables there. */
    private final Map<String, String> database = new HashMap<>();
    private Bus bus;
    private Secrets secrets;
    private Thread cacheMaker;
    /** Held while this is the one supervisor of its home; nothing is touched, or ended, without it. */
    private FileChannel mine;
    private boolean stopping;

    public Supervisor(Home home, Options options, Consumer<String> say) {
        this.home = home;
        this.options = options;
        this.say = say;
    }

    public void start() throws IOException {
        claim();
        endLeftovers(home);
        for (int i = 0; i < options.gateways(); i++) {
            checkFree(options.port() + i);
        }
        Pid.of(ProcessHandle.current().pid()).write(home.folder("run").resolve("supervisor.pid"));
        secrets = Secrets.open(home);
        Map<String, String> common = new HashMap<>(options.settings());
        startDatabase();
        startBus();
        int registry = freePort();
        int scheduler = freePort();
        common.put("BERTH_REGISTRY_PORT", String.valueOf(registry));
        common.put("BERTH_SCHEDULER_PORT", String.valueOf(scheduler));
        say.accept("starting the services");
        Map<String, String> first = Map.of("BERTH_REGISTRY_BOOTSTRAP_TOKEN", secrets.token(),
                "BERTH_REGISTRY_BOOTSTRAP_USER", System.getProperty("user.name"));
        service("registry", "registry-service", 128, registry, common, first);
        service("scheduler", "scheduler-service", 128, scheduler, common, Map.of());
        for (int i = 1; i <= options.nodes(); i++) {
            agent("local-" + i, common);
        }
        for (int i = 1; i <= options.gateways(); i++) {
            int internal = freePort();
            service("gateway-" + i, "api-gateway", 256, internal, common,
                    Map.of("BERTH_GATEWAY_NAME", "gateway-" + i, "BERTH_GATEWAY_PORT",
                            String.valueOf(options.port() + i - 1),
                            "BERTH_GATEWAY_INTERNAL_PORT", String.valueOf(internal), "BERTH_GATEWAY_STOP_GRACE",
                            "PT10S"));
        }
        for (Child child : List.copyOf(children.values())) {
            child.awaitReady(PATIENCE);
        }
        Properties profile = new Properties();
        profile.setProperty("server", "http://localhost:" + options.port());
        profile.setProperty("token", secrets.token());
        home.write("profile", profile);
        startCacheMaker();
    }

    private synchronized void startCacheMaker() {
        if (!stopping) {
            cacheMaker = Thread.ofVirtual().name("aot").start(this::makeCaches);
        }
    }

    /** The kernel lets go of the lock however this process ends, and gives it to one of two that start together. */
    private synchronized void claim() throws IOException {
        Path file = home.folder("run").resolve("supervisor.lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw new IOException("Berth is already running here (" + running(home).map(pid -> "process " + pid.number()
                    + ", ").orElse("") + "state in " + home.state() + "); end it with: berth down");
        }
        mine = channel;
    }

    private void makeCaches() {
        try {
            for (Map.Entry<Path, AotCache> entry : caches.entrySet()) {
                entry.getValue().make(entry.getKey());
            }
        } catch (IOException fault) {
            say.accept("services will start without a cache: " + fault.getMessage());
        } catch (InterruptedException ending) {
            // Berth ends before the caches are made; another `up` makes them.
            Thread.currentThread().interrupt();
        }
    }

    private void startDatabase() throws IOException {
        String given = System.getenv("BERTH_DATABASE_URL");
        if (given != null) {
            DatabaseUrl url = DatabaseUrl.parse(given);
            database.put("BERTH_DATABASE_URL", url.url());
            database.put("BERTH_DATABASE_USER", url.user());
            database.put("BERTH_DATABASE_PASSWORD", url.password());
            return;
        }
        say.accept("starting PostgreSQL");
        int port = freePort();
        Child postgres = launch(Postgres.part(home, port, secrets.database()));
        postgres.awaitReady(PATIENCE);
        database.put("BERTH_DATABASE_URL", "postgresql://127.0.0.1:" + port + "/postgres");
        database.put("BERTH_DATABASE_USER", "postgres");
        database.put("BERTH_DATABASE_PASSWORD", secrets.database());
    }

    private void startBus() throws IOException {
        if (Nats.isGiven(System.getenv())) {
            bus = part -> Nats.given(System.getenv(), part);
            return;
        }
        say.accept("starting NATS");
        int port = freePort();
        List<String> nodes = IntStream.rangeClosed(1, options.nodes()).mapToObj(node -> "local-" + node).toList();
        Child nats = launch(Nats.part(home, port, secrets, nodes));
        nats.awaitReady(PATIENCE);
        bus = part -> Nats.access(port, secrets, part);
    }

    private void agent(String node, Map<String, String> common) throws IOException {
        int port = freePort();
        int share = Runtime.getRuntime().availableProcessors() * 1000 / options.nodes();
        long memory = totalMemory() / options.nodes();
        service(node, "node-agent", 96, port, common,
                Map.of("BERTH_NODE_NAME", node, "BERTH_NODE_STATE", home.folder("nodes/" + node).toString(),
                        "BERTH_AGENT_PORT", String.valueOf(port), "BERTH_NODE_CPU_MILLIS", String.valueOf(share),
                        "BERTH_NODE_MEMORY_BYTES", String.valueOf(memory)));
    }

    private static long totalMemory() {
        return ((com.sun.management.OperatingSystemMXBean) java.lang.management.ManagementFactory
                .getOperatingSystemMXBean()).getTotalMemorySize();
    }

    private void service(String name, String module, int heapMiB, int port, Map<String, String> common,
            Map<String, String> own) throws IOException {
        Path jar = home.root().resolve(module + "/target/quarkus-app/quarkus-run.jar");
        if (!Files.exists(jar)) {
            throw new IOException(jar + " is missing; build it with: ./mvnw install -DskipTests");
        }
        Map<String, String> environment = new HashMap<>(common);
        environment.putAll(own);
        String part = module.equals("node-agent") ? "agent-" + name : module.equals("api-gateway") ? "gateway" : name;
        environment.putAll(bus.of(part));
        environment.putAll(secrets.keys(part));
        if (List.of("registry", "scheduler").contains(name)) {
            environment.putAll(database);
        }
        Path java = Path.of(System.getProperty("java.home"));
        // The containers of a local Berth find the same JDK.
        environment.put("PATH", java.resolve("bin") + ":" + System.getenv("PATH"));
        environment.put("JAVA_HOME", java.toString());
        List<String> command = new ArrayList<>(List.of(java.resolve("bin/java").toString(), "-Xmx" + heapMiB + "m",
                "-Xms16m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-XX:ReservedCodeCacheSize=64m",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-Djava.net.preferIPv4Stack=true"));
        if (options.caches()) {
            AotCache cache = new AotCache(home, module, jar, command);
            caches.put(jar, cache);
            command.addAll(cache.flags());
        }
        command.addAll(List.of("-jar", jar.toString()));
        String health = "http://127.0.0.1:" + port + "/q/health/ready";
        launch(new Part(name, command, environment, Optional.of(health), port, "TERM", home.log(name)));
    }

    /** Refused once the end has begun, which may be while this still starts: what came later would be left behind. */
    private synchronized Child launch(Part part) throws IOException {
        if (stopping) {
            throw new IOException("ended before all was started");
        }
        Child child = new Child(part, home, say);
        children.put(part.name(), child);
        child.start();
        return child;
    }

    /** The process of a part: postgres, nats, registry, scheduler, local-1 …, gateway-1 …. */
    public long pid(String part) {
        return children.get(part).pid();
    }

    /** Waits until a part that was started again is ready. */
    public void awaitReady(String part) throws IOException {
        children.get(part).awaitReady(PATIENCE);
    }

    /** Whether a part answers now, and says that it is ready. */
    public boolean ready(String part) {
        return children.get(part).ready();
    }

    public List<String> parts() {
        return List.copyOf(children.keySet());
    }

    @Override
    public void close() throws IOException {
        stop();
    }

    /** Ends everything: those that give orders first, then what they ordered, then what they stand on. */
    public void stop() throws IOException {
        List<Child> order;
        synchronized (this) {
            if (mine == null || stopping) {
                return;
            }
            stopping = true;
            order = new ArrayList<>(children.values()).reversed();
        }
        boolean recording = caches.values().stream().anyMatch(AotCache::records);
        say.accept("ending every process" + (recording
                ? "; this first time, services note what they loaded, so that later starts are faster"
                : ""));
        if (cacheMaker != null) {
            cacheMaker.interrupt();
            join(List.of(cacheMaker));
        }
        List<Child> base = order.stream().filter(child -> List.of("postgres", "nats").contains(child.part().name()))
                .toList();
        List<Thread> ending = new ArrayList<>();
        for (Child child : order) {
            if (!base.contains(child)) {
                ending.add(Thread.ofVirtual().start(() -> end(child)));
            }
        }
        join(ending);
        endContainers(home);
        base.forEach(this::end);
        Files.deleteIfExists(home.folder("run").resolve("supervisor.pid"));
        mine.close();
        say.accept("Berth is down");
    }

    private void end(Child child) {
        try {
            child.stop(GRACE);
        } catch (IOException fault) {
            say.accept(child.part().name() + " could not be ended: " + fault.getMessage());
        }
    }

    private static void join(List<Thread> threads) {
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The supervisor of this home, where one runs. */
    static Optional<Pid> running(Home home) throws IOException {
        return Pid.read(home.folder("run").resolve("supervisor.pid"))
                .filter(pid -> pid.number() != ProcessHandle.current().pid());
    }

    /** What a supervisor left that was killed itself. */
    static void endLeftovers(Home home) throws IOException {
        try (Stream<Path> files = Files.list(home.folder("run"))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".pid")).toList()) {
                Optional<Pid> pid = Pid.read(file);
                if (pid.isPresent() && !file.endsWith("supervisor.pid")) {
                    pid.get().end(file.endsWith("postgres.pid") ? "INT" : "TERM", GRACE);
                }
                Files.deleteIfExists(file);
            }
        }
        endContainers(home);
    }

    private static void endContainers(Home home) throws IOException {
        List<Pid> alive = new ArrayList<>();
        try (Stream<Path> files = Files.find(home.folder("nodes"), 4,
                (file, attributes) -> file.endsWith("process") && attributes.isRegularFile())) {
            for (Path file : files.toList()) {
                Pid.read(file).ifPresent(alive::add);
            }
        }
        List<Thread> ending = alive.stream().map(pid -> Thread.ofVirtual().start(() -> {
            try {
                pid.end("TERM", Duration.ofSeconds(10));
            } catch (IOException fault) {
                throw new java.io.UncheckedIOException(fault);
            }
        })).toList();
        join(ending);
    }

    private static void checkFree(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
        } catch (IOException taken) {
            throw new IOException("port " + port + " is in use by another program; end it, or choose another with "
                    + "--port", taken);
        }
    }

    private final List<Integer> given = new ArrayList<>();

    /** Below the range from which the kernel picks ports for outgoing connections, so that a restart finds it free. */
    private int freePort() throws IOException {
        for (int port = 9100; port < 10_100; port++) {
            if (!given.contains(port)) {
                try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
                    given.add(port);
                    return socket.getLocalPort();
                } catch (IOException taken) {
                    continue;
                }
            }
        }
        throw new IOException("no free port from 9100 to 10099");
    }
}
