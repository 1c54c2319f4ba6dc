package dev.berth.cli.local;

import java.io.IOException;
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
    /** Below the range from which the kernel picks ports for outgoing connections. */
    private static final int FIRST_CONTAINER_PORT = 20_000;

    private static final int CONTAINER_PORTS = 12_000;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration GRACE = Duration.ofSeconds(45);
    /** A service that was trained writes its cache when it ends. */
    private static final Duration GRACE_OF_TRAINING = Duration.ofSeconds(180);

    /** What services do with AOT caches: start from those that are made, or write them when they end. */
    public enum Caches {
        USED,
        TRAINED
    }

    /**
     * @param port of the first gateway; the others follow
     * @param tls empty where the gateways do not speak it
     * @param settings further configuration of every service, as environment variables
     * @param database the user's own, in place of one that is started
     * @param bus the settings that name a NATS of the user's own; none where one is started
     */
    public record Options(
            int nodes,
            int gateways,
            int port,
            Optional<Tls> tls,
            Caches caches,
            Map<String, String> settings,
            Optional<String> database,
            Map<String, String> bus) {
        /** Without TLS. */
        public Options(
                int nodes,
                int gateways,
                int port,
                Caches caches,
                Map<String, String> settings,
                Optional<String> database,
                Map<String, String> bus) {
            this(nodes, gateways, port, Optional.empty(), caches, settings, database, bus);
        }
    }

    /**
     * TLS at the gateways.
     *
     * @param directory of pairs of certificate and key
     * @param port of the first gateway's; the others follow
     */
    public record Tls(Path directory, int port) {}

    /** How a part reaches NATS, and as whom. */
    private interface Bus {
        Map<String, String> of(String part) throws IOException;
    }

    private final Home home;
    private final Options options;
    private final Consumer<String> say;
    private final Map<String, Child> children = new LinkedHashMap<>();
    /** For who owns tables there. */
    private final Map<String, String> database = new HashMap<>();

    private final Ports ports = new Ports();
    private Bus bus;
    private Secrets secrets;
    /** Held while this is the one supervisor of its home; nothing is touched, or ended, without it. */
    private FileChannel mine;

    /** Null until it is asked for. */
    private EngineHere engine;

    private boolean stopping;

    public Supervisor(Home home, Options options, Consumer<String> say) {
        this.home = home;
        this.options = options;
        this.say = say;
    }

    public void start() throws IOException {
        claim();
        endLeftProcesses(home);
        try {
            endContainers();
        } catch (IOException refused) {
            // Of an engine that is away, perhaps: the agents adopt them, and their orders say what becomes of them.
            say.accept(refused.getMessage());
        }
        for (int i = 0; i < options.gateways(); i++) {
            ports.take(options.port() + i, "--port");
            if (options.tls().isPresent()) {
                ports.take(options.tls().get().port() + i, "--tls-port");
            }
        }
        Pid.of(ProcessHandle.current().pid()).write(home.folder("run").resolve("supervisor.pid"));
        secrets = Secrets.open(home);
        Map<String, String> common = new HashMap<>(options.settings());
        startDatabase();
        startBus();
        int registry = ports.next();
        int scheduler = ports.next();
        common.put("BERTH_REGISTRY_PORT", String.valueOf(registry));
        common.put("BERTH_SCHEDULER_PORT", String.valueOf(scheduler));
        say.accept("starting the services");
        askForEngine();
        Map<String, String> first = Map.of(
                "BERTH_REGISTRY_BOOTSTRAP_TOKEN",
                secrets.token(),
                "BERTH_REGISTRY_BOOTSTRAP_USER",
                System.getProperty("user.name"));
        service("registry", Service.REGISTRY, registry, registry, common, first);
        service("scheduler", Service.SCHEDULER, scheduler, scheduler, common, Map.of());
        for (int i = 1; i <= options.nodes(); i++) {
            agent(i, common);
        }
        for (int i = 1; i <= options.gateways(); i++) {
            int internal = ports.next();
            int port = options.port() + i - 1;
            Map<String, String> own = new HashMap<>(Map.of(
                    "BERTH_GATEWAY_NAME",
                    "gateway-" + i,
                    "BERTH_GATEWAY_PORT",
                    String.valueOf(port),
                    "BERTH_GATEWAY_INTERNAL_PORT",
                    String.valueOf(internal),
                    "BERTH_GATEWAY_STOP_GRACE",
                    "PT10S"));
            if (options.tls().isPresent()) {
                Tls tls = options.tls().get();
                own.put("BERTH_GATEWAY_TLS_DIR", tls.directory().toString());
                own.put("BERTH_GATEWAY_TLS_PORT", String.valueOf(tls.port() + i - 1));
            }
            service("gateway-" + i, Service.GATEWAY, port, internal, common, own);
        }
        for (Child child : List.copyOf(children.values())) {
            child.awaitReady(PATIENCE);
        }
        say.accept(engine.words());
        Properties profile = new Properties();
        profile.setProperty("server", "http://localhost:" + options.port());
        profile.setProperty("token", secrets.token());
        home.write("profile", profile);
    }

    /**
     * Makes this the one supervisor of its home, and looks at what it cannot do without. The kernel lets go of the lock however this process ends, and gives it
     * to one of two that start together.
     */
    public synchronized void claim() throws IOException {
        if (mine != null) {
            return;
        }
        Path file = home.folder("run").resolve("supervisor.lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
            channel.close();
            throw new IOException("Berth is already running here ("
                    + running(home).map(pid -> "process " + pid.number() + ", ").orElse("") + "state in " + home.state()
                    + "); end it with: berth down");
        }
        mine = channel;
        checkGiven();
    }

    /** Servers of the user's own. */
    private void checkGiven() throws IOException {
        if (options.database().isPresent()) {
            DatabaseUrl.parse(options.database().get()).check();
        }
        if (Nats.isGiven(options.bus())) {
            for (String part : List.of("registry", "scheduler", "gateway", "agent-local-1")) {
                Map<String, String> access = Nats.given(options.bus(), part);
                new NatsUrl(
                                access.get("BERTH_NATS_URL"),
                                access.get("BERTH_NATS_USER"),
                                access.getOrDefault("BERTH_NATS_PASSWORD", "berth"))
                        .check();
            }
        }
    }

    private void startDatabase() throws IOException {
        if (options.database().isPresent()) {
            DatabaseUrl url = DatabaseUrl.parse(options.database().get());
            database.put("BERTH_DATABASE_URL", url.url());
            database.put("BERTH_DATABASE_USER", url.user());
            database.put("BERTH_DATABASE_PASSWORD", url.password());
            return;
        }
        say.accept("starting PostgreSQL");
        int port = ports.next();
        Child postgres = launch(Postgres.part(home, port, secrets.database()));
        postgres.awaitReady(PATIENCE);
        database.put("BERTH_DATABASE_URL", "postgresql://127.0.0.1:" + port + "/postgres");
        database.put("BERTH_DATABASE_USER", "postgres");
        database.put("BERTH_DATABASE_PASSWORD", secrets.database());
    }

    private void startBus() throws IOException {
        if (Nats.isGiven(options.bus())) {
            bus = part -> Nats.given(options.bus(), part);
            return;
        }
        say.accept("starting NATS");
        int port = ports.next();
        List<String> nodes = IntStream.rangeClosed(1, options.nodes())
                .mapToObj(node -> "local-" + node)
                .toList();
        Child nats = launch(Nats.part(home, port, secrets, nodes));
        nats.awaitReady(PATIENCE);
        bus = part -> Nats.access(port, secrets, part);
    }

    private void agent(int number, Map<String, String> common) throws IOException {
        String node = "local-" + number;
        int port = ports.next();
        // They share this host: what one agent gives another must not.
        int many = CONTAINER_PORTS / options.nodes();
        int first = FIRST_CONTAINER_PORT + (number - 1) * many;
        int share = Runtime.getRuntime().availableProcessors() * 1000 / options.nodes();
        long memory = totalMemory() / options.nodes();
        service(
                node,
                Service.AGENT,
                port,
                port,
                common,
                Map.of(
                        "BERTH_NODE_NAME",
                        node,
                        "BERTH_NODE_STATE",
                        home.folder("nodes/" + node).toString(),
                        "BERTH_AGENT_PORT",
                        String.valueOf(port),
                        "BERTH_NODE_CPU_MILLIS",
                        String.valueOf(share),
                        "BERTH_NODE_MEMORY_BYTES",
                        String.valueOf(memory),
                        "BERTH_NODE_PORTS",
                        first + "-" + (first + many - 1)));
    }

    private static long totalMemory() {
        return ((com.sun.management.OperatingSystemMXBean)
                        java.lang.management.ManagementFactory.getOperatingSystemMXBean())
                .getTotalMemorySize();
    }

    /** @param asked the port that says whether it is ready */
    private void service(
            String name, Service service, int port, int asked, Map<String, String> common, Map<String, String> own)
            throws IOException {
        Map<String, String> environment = new HashMap<>(common);
        environment.putAll(own);
        String part =
                switch (service) {
                    case REGISTRY, SCHEDULER -> name;
                    case AGENT -> "agent-" + name;
                    case GATEWAY -> "gateway";
                };
        environment.putAll(bus.of(part));
        environment.putAll(secrets.keys(part));
        if (service == Service.REGISTRY || service == Service.SCHEDULER) {
            environment.putAll(database);
        }
        Path java = Path.of(System.getProperty("java.home"));
        // The containers of a local Berth find the same JDK.
        environment.put("PATH", java.resolve("bin") + ":" + System.getenv("PATH"));
        environment.put("JAVA_HOME", java.toString());
        AotCache cache = service.cache(home.root());
        List<String> command = service.command(
                home.root(),
                switch (options.caches()) {
                    case USED -> cache.use();
                    case TRAINED -> cache.train();
                });
        String health = "http://127.0.0.1:" + asked + "/q/health/ready";
        launch(new Part(name, command, environment, Optional.of(health), port, "TERM", home.log(name)));
    }

    private synchronized void askForEngine() throws IOException {
        refuseAfterTheEnd();
        engine = EngineHere.ask(home, options.settings());
    }

    private void refuseAfterTheEnd() throws IOException {
        if (stopping) {
            throw new IOException("ended before all was started");
        }
    }

    /** Refused once the end has begun, which may be while this still starts: what came later would be left behind. */
    private synchronized Child launch(Part part) throws IOException {
        refuseAfterTheEnd();
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
            endAsking();
        }
        if (!order.isEmpty()) {
            say.accept("ending every process");
        }
        List<Child> base = order.stream()
                .filter(child ->
                        List.of("postgres", "nats").contains(child.part().name()))
                .toList();
        List<Thread> ending = new ArrayList<>();
        for (Child child : order) {
            if (!base.contains(child)) {
                ending.add(Thread.ofVirtual().start(() -> end(child)));
            }
        }
        join(ending);
        endContainers();
        base.forEach(this::end);
        Files.deleteIfExists(home.folder("run").resolve("supervisor.pid"));
        ports.close();
        mine.close();
        if (!order.isEmpty()) {
            say.accept("Berth is down");
        }
    }

    /** Kills everything, also while it ends in order: for a Berth whose state is thrown away. */
    void abandon() {
        List<Child> all;
        synchronized (this) {
            stopping = true;
            all = List.copyOf(children.values());
            endAsking();
        }
        join(all.stream()
                .map(child -> Thread.ofVirtual().start(() -> end(child, Duration.ZERO)))
                .toList());
        ports.close();
        try {
            endContainers();
        } catch (IOException fault) {
            say.accept("containers could not be ended: " + fault.getMessage());
        }
    }

    private void endAsking() {
        if (engine != null) {
            engine.end();
        }
    }

    private void end(Child child) {
        end(child, options.caches() == Caches.TRAINED ? GRACE_OF_TRAINING : GRACE);
    }

    private void end(Child child, Duration grace) {
        try {
            child.stop(grace);
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
        endLeftProcesses(home);
        new Containers(home, Map.of()).end();
    }

    private static void endLeftProcesses(Home home) throws IOException {
        try (Stream<Path> files = Files.list(home.folder("run"))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".pid")).toList()) {
                Optional<Pid> pid = Pid.read(file);
                if (pid.isPresent() && !file.endsWith("supervisor.pid")) {
                    pid.get().end(file.endsWith("postgres.pid") ? "INT" : "TERM", GRACE);
                }
                Files.deleteIfExists(file);
                Files.deleteIfExists(PartFile.of(file));
            }
        }
    }

    private void endContainers() throws IOException {
        new Containers(home, options.settings()).end();
    }
}
