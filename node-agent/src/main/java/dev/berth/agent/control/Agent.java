package dev.berth.agent.control;

import dev.berth.agent.client.Outgoing;
import dev.berth.agent.client.SourceClient;
import dev.berth.agent.client.SpecClient;
import dev.berth.agent.container.ContainerReconciler;
import dev.berth.agent.container.KeptPlaces;
import dev.berth.agent.container.NodeCondition;
import dev.berth.agent.container.NodeReport;
import dev.berth.agent.container.Order;
import dev.berth.agent.container.Wanted;
import dev.berth.agent.runtime.Cgroups;
import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.DiskSpace;
import dev.berth.agent.runtime.HostPorts;
import dev.berth.agent.runtime.ProcessRuntime;
import dev.berth.agent.runtime.Sources;
import dev.berth.agent.runtime.engine.AgentId;
import dev.berth.agent.runtime.engine.DockerRuntime;
import dev.berth.agent.runtime.engine.EngineSettings;
import dev.berth.agent.store.Containers;
import dev.berth.agent.store.Incarnations;
import dev.berth.agent.store.OrderFile;
import dev.berth.agent.store.Specs;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * One thread that owns what is known of this host's containers. At its start it adopts what runs and touches none of
 * it; it stops only what a newest order does not want. When it ends, the containers run on. What this host refuses for
 * one container is that container's reason, and stops nothing else.
 */
@ApplicationScoped
public class Agent {
    private static final Logger LOG = Logger.getLogger(Agent.class);
    private static final Duration REPORT_EVERY = Duration.ofSeconds(1);
    private static final Duration COLLECT_EVERY = Duration.ofMinutes(1);
    private static final Duration WARN_EVERY = Duration.ofMinutes(1);
    /** An order may have been given before its scheduler heard of what was found here. */
    private static final Duration UNNAMED_FOR = Duration.ofMinutes(1);

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(5);

    private final AgentConfig config;
    private final Outgoing outgoing;
    private final SourceClient sourceClient;
    private final SpecClient specClient;
    private final Time time;
    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofPlatform().name("berth-agent").unstarted(this::run);
    private volatile boolean stopping;

    private String incarnation;
    private Preparation preparation;
    private ContainerHost host;
    private HostWatch watch;
    private OrderFile orderFile;
    private final Map<String, HostContainer> containers = new LinkedHashMap<>();
    private final Map<String, Wanted> wanted = new LinkedHashMap<>();
    /** Containers that were found late and that no order has named yet, and until when they run on all the same. */
    private final Map<String, Duration> unnamed = new HashMap<>();

    private Set<Long> unneededImages = Set.of();

    private volatile KeptPlaces keptPlaces = KeptPlaces.NONE;
    /** The highest epoch that was ever seen here, and the newest order of it. */
    private OrderFile.Place newest;
    /** False until the first order of this start: nothing is stopped before. */
    private boolean ordered;

    private long sequence;
    private boolean changed = true;
    private Duration nextReport = Duration.ZERO;
    private Duration nextCollection = Duration.ZERO;
    private Duration nextWarning = Duration.ZERO;

    @Inject
    Agent(AgentConfig config, Outgoing outgoing, SourceClient sourceClient, SpecClient specClient) {
        this(config, outgoing, sourceClient, specClient, Time.system());
    }

    Agent(AgentConfig config, Outgoing outgoing, SourceClient sourceClient, SpecClient specClient, Time time) {
        this.config = config;
        this.outgoing = outgoing;
        this.sourceClient = sourceClient;
        this.specClient = specClient;
        this.time = time;
    }

    void start(@Observes StartupEvent event) throws IOException {
        Files.createDirectories(config.state());
        HostPorts ports = new HostPorts(config.address(), config.state(), config.ports());
        Drivers drivers = new Drivers(
                config.runsProcesses() ? Optional.of(processes(ports)) : Optional.empty(),
                config.looksForEngine() ? Optional.of(engine(ports)) : Optional.empty());
        open(drivers, ports);
        watch.begin();
        host.drivers().engine().ifPresent(engine -> engine.begin(known -> found(engine, known)));
        thread.start();
    }

    private ContainerRuntime processes(HostPorts ports) throws IOException {
        return new ProcessRuntime(
                config.state(),
                Cgroups.detect(Path.of("/sys/fs/cgroup"), config.node(), config.limits()),
                config.host(),
                ports);
    }

    private HostEngine engine(HostPorts ports) throws IOException {
        DockerRuntime.Settings settings = new DockerRuntime.Settings(
                config.state(),
                AgentId.of(config.state()),
                config.node(),
                config.host(),
                config.reach(),
                ports,
                config.volumes());
        return new HostEngine(
                new LocalEngine(EngineSettings.of(System.getenv()), LocalEngine.logins(System.getenv()), settings),
                config.state(),
                new HostImages(config.state(), config.imageRetention(), time),
                this::report);
    }

    void open(Drivers drivers, HostPorts ports) throws IOException {
        Specs specs = new Specs(config.state());
        Containers kept = new Containers(config.state(), specs);
        preparation = new Preparation(specClient, specs, sourceClient, new Sources(config.state()));
        host = new ContainerHost(
                drivers, kept, preparation, outgoing, config.probeTimeout(), time, () -> keptPlaces, this::report);
        watch = new HostWatch(
                new DiskSpace(config.state()), () -> drivers.engine().flatMap(HostEngine::folder), this::report);
        orderFile = new OrderFile(config.state());
        newest = orderFile.read();
        incarnation = new Incarnations(config.state()).next(time.onTheWall());
        if (drivers.processes().isPresent()) {
            adopt(drivers.processes().get(), drivers.processes().get().list());
            drivers.processes().get().watch(this::ended);
        }
        if (drivers.engine().isPresent()) {
            List<ContainerRuntime.Known> onEngine = new ArrayList<>();
            // The engine may be away, or slow: what it runs is not.
            kept.onEngine().forEach((id, address) -> {
                onEngine.add(new ContainerRuntime.Known(id, address));
                if (address.host().equals(config.host())) {
                    ports.hold(address.port());
                }
            });
            adopt(drivers.engine().get(), onEngine);
            drivers.engine().get().watch(this::ended);
        }
    }

    private void adopt(ContainerRuntime runtime, List<ContainerRuntime.Known> some) {
        for (ContainerRuntime.Known known : some) {
            HostContainer container = HostContainer.adopted(host, runtime, known);
            containers.put(known.id(), container);
            container.begin();
        }
    }

    /** The engine has come: what it runs, and this agent lost what it had kept of. */
    void found(ContainerRuntime engine, List<ContainerRuntime.Known> all) {
        inbox.add(() -> {
            List<ContainerRuntime.Known> lost = all.stream()
                    .filter(known -> !containers.containsKey(known.id()))
                    .toList();
            adopt(engine, lost);
            lost.forEach(known -> unnamed.put(known.id(), time.now().plus(UNNAMED_FOR)));
            if (ordered) {
                pass(lost.stream().map(ContainerRuntime.Known::id).toList());
            }
            changed = true;
        });
    }

    /** Passes on what the newest order wants of these. */
    private void pass(Collection<String> some) {
        for (String id : some) {
            if (wanted.containsKey(id)) {
                unnamed.remove(id);
            }
            if (!unnamed.containsKey(id)) {
                containers.get(id).want(Optional.ofNullable(wanted.get(id)));
            }
        }
    }

    /** What nobody has named for too long is nobody's. */
    private void passUnnamed(Duration now) {
        List<String> due = unnamed.keySet().stream()
                .filter(id -> now.compareTo(unnamed.get(id)) >= 0)
                .toList();
        unnamed.keySet().removeAll(due);
        unnamed.keySet().retainAll(containers.keySet());
        pass(due.stream().filter(containers::containsKey).toList());
    }

    private void ended(String id) {
        inbox.add(() -> Optional.ofNullable(containers.get(id)).ifPresent(HostContainer::look));
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        if (thread.isAlive()) {
            thread.interrupt();
            thread.join(ENDS_WITHIN);
        }
        containers.values().forEach(HostContainer::leave);
        Duration until = time.now().plus(ENDS_WITHIN);
        for (HostContainer container : containers.values()) {
            if (!container.left(until)) {
                LOG.warn("this host is slow: what was being done to its containers may be half done");
                return;
            }
        }
    }

    /** Takes an order; one that is older than the newest is ignored. */
    public void order(Order order) {
        inbox.add(() -> take(order));
    }

    /** Says what is observed, at once. */
    public void report() {
        inbox.add(() -> changed = true);
    }

    private void run() {
        try {
            while (!stopping) {
                turn(time.poll(inbox, nextReport));
            }
        } catch (InterruptedException interrupted) {
            LOG.debug("ending");
        }
    }

    /**
     * Takes in what has come, and says what is due. Each on its own: whatever one of them throws, without the others
     * nothing would be stopped or said any more.
     *
     * @param first null where nothing came
     */
    void turn(Runnable first) {
        for (Runnable message = first != null ? first : inbox.poll(); message != null; message = inbox.poll()) {
            guarded(message);
        }
        Duration now = time.now();
        containers.values().removeIf(HostContainer::isGone);
        if (ordered && !unnamed.isEmpty()) {
            passUnnamed(now);
        }
        if (ordered && now.compareTo(nextCollection) >= 0) {
            nextCollection = now.plus(COLLECT_EVERY);
            guarded(() -> collect(now));
            guarded(this::collectImages);
        }
        if (changed || now.compareTo(nextReport) >= 0) {
            changed = false;
            nextReport = now.plus(REPORT_EVERY);
            guarded(() -> outgoing.observed(observed()));
        }
    }

    private static void guarded(Runnable act) {
        try {
            act.run();
        } catch (RuntimeException fault) {
            LOG.errorf(fault, "this host refuses something; the rest goes on");
        }
    }

    private void take(Order order) {
        if (order.epoch() < newest.epoch()) {
            warnOfLowerEpoch(order.epoch());
            return;
        }
        // Also an order that this agent took before its restart: a late older one must not undo it.
        if (order.epoch() == newest.epoch() && order.generation() < newest.generation()) {
            LOG.debugf("order %d/%d is older than %s", order.epoch(), order.generation(), newest);
            return;
        }
        OrderFile.Place place = new OrderFile.Place(order.epoch(), order.generation());
        if (!place.equals(newest)) {
            orderFile.write(place);
        }
        newest = place;
        ordered = true;
        changed = true;
        keptPlaces = order.kept();
        unneededImages = order.unneededImages();
        wanted.clear();
        order.containers().forEach(each -> wanted.put(each.ref().id(), each));
        pass(containers.keySet());
        for (Wanted each : order.containers()) {
            if (!containers.containsKey(each.ref().id())) {
                begin(each);
            }
        }
    }

    private void warnOfLowerEpoch(long epoch) {
        Duration now = time.now();
        if (now.compareTo(nextWarning) >= 0) {
            nextWarning = now.plus(WARN_EVERY);
            LOG.warnf(
                    "orders of epoch %d are not obeyed: this node has obeyed a scheduler of epoch %d. Either a "
                            + "scheduler that was deposed goes on giving orders, or its database was restored or made anew; then "
                            + "the scheduler that leads raises its epoch above %d by itself, since this node's reports name it. "
                            + "Until then what runs here runs on.",
                    epoch, newest.epoch(), newest.epoch());
        }
    }

    private void begin(Wanted order) {
        if (order.what() instanceof Wanted.What.Kept && order.goal() != ContainerReconciler.Goal.STOP) {
            LOG.debugf(
                    "%s is not here, and its order does not say what it is",
                    order.ref().id());
            return;
        }
        HostContainer container = HostContainer.ordered(host, order);
        containers.put(order.ref().id(), container);
        container.begin();
    }

    /** Not while a container is here whose spec is not known: it may use any. */
    private void collect(Duration now) {
        if (!containers.values().stream().allMatch(container -> container.spec().known() || container.isOver())) {
            return;
        }
        Set<String> named = wanted.values().stream()
                .map(Wanted::what)
                .flatMap(what -> what instanceof Wanted.What.Named it ? Stream.of(it.digest()) : Stream.empty())
                .collect(Collectors.toSet());
        containers.values().forEach(container -> named.add(container.spec().digest()));
        try {
            preparation.specs().collect(named, now);
            preparation
                    .sources()
                    .collect(
                            containers.values().stream()
                                    .map(container -> container.spec().sourceDigest())
                                    .collect(Collectors.toSet()),
                            now);
        } catch (IOException refused) {
            LOG.warnf("what nobody uses any more can't be deleted: %s", refused.toString());
        }
    }

    private void collectImages() {
        Set<String> ordered = Stream.concat(
                        wanted.values().stream().map(Wanted::image),
                        containers.values().stream()
                                .map(container -> container.sighting().image()))
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
        host.drivers().engine().ifPresent(engine -> engine.collect(unneededImages, ordered));
    }

    private List<NodeCondition> conditions() {
        List<NodeCondition> conditions = new ArrayList<>(watch.conditions());
        boolean inUse = containers.values().stream().anyMatch(HostContainer::isOnEngine);
        host.drivers().engine().flatMap(engine -> engine.condition(inUse)).ifPresent(conditions::add);
        return conditions;
    }

    private NodeReport observed() {
        return new NodeReport(
                config.node(),
                config.host(),
                incarnation,
                ++sequence,
                newest.epoch(),
                ordered ? newest.generation() : 0,
                config.capacity(),
                conditions(),
                host.drivers().now(),
                containers.values().stream().map(HostContainer::sighting).toList(),
                host.drivers().engine().map(HostEngine::images).orElse(Set.of()));
    }
}
