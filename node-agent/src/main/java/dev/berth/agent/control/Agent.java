package dev.berth.agent.control;

import dev.berth.agent.client.Outgoing;
import dev.berth.agent.client.SourceClient;
import dev.berth.agent.client.SpecClient;
import dev.berth.agent.container.ContainerReconciler;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.ContainerState;
import dev.berth.agent.container.Exit;
import dev.berth.agent.container.NodeReport;
import dev.berth.agent.container.Order;
import dev.berth.agent.container.Wanted;
import dev.berth.agent.runtime.Cgroups;
import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.OutputFile;
import dev.berth.agent.runtime.ProcessRuntime;
import dev.berth.agent.runtime.Sources;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration REPORT_EVERY = Duration.ofSeconds(1);
    private static final Duration COLLECT_EVERY = Duration.ofMinutes(1);
    private static final Duration WARN_EVERY = Duration.ofMinutes(1);
    /** How long the registry may be away while a container waits for its spec. */
    private static final Duration SPEC_PATIENCE = Duration.ofMinutes(2);

    private static final Duration LEARN_AGAIN = Duration.ofSeconds(10);
    private static final int LAST_LINES = 10;

    private final AgentConfig config;
    private final Outgoing outgoing;
    private final SourceClient sourceClient;
    private final SpecClient specClient;
    private final Time time;
    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofPlatform().name("berth-agent").unstarted(this::run);
    private volatile boolean stopping;

    private String incarnation;
    private ContainerRuntime runtime;
    private Sources sources;
    private Specs specs;
    private Containers kept;
    private OrderFile orderFile;
    private final Map<String, Held> containers = new LinkedHashMap<>();
    private final Map<String, Wanted> wanted = new LinkedHashMap<>();
    private Set<Integer> keptPorts = Set.of();
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
        open(new ProcessRuntime(
                config.state(),
                config.limits() ? Cgroups.detect(Path.of("/sys/fs/cgroup"), config.node()) : Cgroups.none(),
                config.address(),
                config.ports()));
        thread.start();
    }

    void open(ContainerRuntime opened) throws IOException {
        runtime = opened;
        sources = new Sources(config.state());
        specs = new Specs(config.state());
        kept = new Containers(config.state(), specs);
        orderFile = new OrderFile(config.state());
        newest = orderFile.read();
        incarnation = new Incarnations(config.state()).next(time.onTheWall());
        for (ContainerRuntime.Known known : runtime.list()) {
            Optional<Containers.Kept> own = kept.find(known.id());
            Held held = new Held(
                    own.map(Containers.Kept::ref).orElseGet(() -> ContainerRef.of(known.id())),
                    own.map(Containers.Kept::startedAt).orElseGet(time::onTheWall),
                    time.now());
            containers.put(known.id(), held);
            try {
                adopt(held, known);
            } catch (IOException | RuntimeException fault) {
                held.state = new ContainerState.Ended(true, false, "could not be adopted: " + words(fault));
            }
            LOG.infof("adopted %s: %s", known.id(), held.state);
            own.ifPresent(it -> know(held, it.spec()));
        }
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        thread.interrupt();
        thread.join(Duration.ofSeconds(5));
    }

    private void adopt(Held held, ContainerRuntime.Known known) throws IOException {
        Optional<Exit> exit = runtime.exit(known.id());
        if (exit.isPresent()) {
            held.state = new ContainerState.Ended(
                    false,
                    false,
                    "ended while the agent was away: " + exit.get().words());
        } else if (known.port() == 0) {
            held.state = new ContainerState.Ended(
                    true,
                    false,
                    "this host lost the port that it was given (its file "
                            + "\"port\" can't be read), so nothing can reach it: it was ended");
            runtime.kill(known.id());
        } else if (known.wasReady()) {
            held.state = new ContainerState.Ready(time.now(), known.port());
        } else {
            held.state = new ContainerState.Starting(time.now(), known.port());
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
                turn(inbox.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
            }
        } catch (InterruptedException interrupted) {
            LOG.debug("ending");
        }
    }

    /**
     * Takes in what has come, looks at each container, and says what is due. Each on its own: whatever one of them throws,
     * without the others nothing would be stopped or said any more.
     *
     * @param first null where nothing came
     */
    void turn(Runnable first) {
        for (Runnable message = first != null ? first : inbox.poll(); message != null; message = inbox.poll()) {
            guarded(message);
        }
        Duration now = time.now();
        for (Held held : List.copyOf(containers.values())) {
            look(held, now);
        }
        if (ordered && now.compareTo(nextCollection) >= 0) {
            nextCollection = now.plus(COLLECT_EVERY);
            guarded(() -> collect(now));
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
        keptPorts = order.keptPorts();
        wanted.clear();
        order.containers().forEach(each -> wanted.put(each.ref().id(), each));
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
        if (order.what() instanceof Wanted.What.Kept && order.goal() == ContainerReconciler.Goal.RUN) {
            LOG.debugf(
                    "%s is not here, and its order does not say what it is",
                    order.ref().id());
            return;
        }
        Held held = new Held(order.ref(), time.onTheWall(), time.now());
        containers.put(order.ref().id(), held);
        if (order.goal() == ContainerReconciler.Goal.STOP) {
            held.state = new ContainerState.Ended(false, false, "stopped before it started");
        } else if (order.what() instanceof Wanted.What.Named named) {
            held.state = new ContainerState.Preparing();
            Thread.ofVirtual().name("prepare-" + order.ref().id()).start(() -> prepare(order, named));
        }
    }

    private void prepare(Wanted order, Wanted.What.Named named) {
        String id = order.ref().id();
        try {
            ContainerSpec spec = spec(named);
            Optional<Path> source = spec.sourceDigest().isEmpty()
                    ? Optional.empty()
                    : Optional.of(sourceClient.fetch(spec.sourceDigest(), sources, spec.startupTimeout()));
            inbox.add(() -> launch(order, spec, source));
        } catch (IOException | RuntimeException fault) {
            inbox.add(() -> end(id, new ContainerState.Ended(true, false, words(fault))));
        }
    }

    private ContainerSpec spec(Wanted.What.Named named) throws IOException {
        return specClient.fetch(named.digest(), specs, SPEC_PATIENCE);
    }

    private void launch(Wanted order, ContainerSpec spec, Optional<Path> source) {
        ContainerRef ref = order.ref();
        Held held = containers.get(ref.id());
        if (held == null || !(held.state instanceof ContainerState.Preparing preparing)) {
            return;
        }
        try {
            held.startedAt = time.onTheWall();
            kept.keep(ref, spec.digest(), held.startedAt);
            int port = runtime.start(ref, spec, order.port() != 0 ? order.port() : spec.port(), keptPorts, source);
            held.state = preparing.started(time.now(), port);
            changed = true;
            LOG.infof(
                    "started %s: %s/%s v%d %s on port %d",
                    ref.id(), ref.environment(), ref.app(), ref.version(), ref.function(), port);
            know(held, spec);
        } catch (IOException | RuntimeException fault) {
            end(ref.id(), new ContainerState.Ended(true, false, "could not be started: " + words(fault)));
        }
    }

    /** What it runs is known: what had to wait for that goes on. */
    private void know(Held held, ContainerSpec spec) {
        String id = held.ref.id();
        held.spec = spec;
        held.shipper = new LogShipper(outgoing, held.ref, runtime.output(id));
        if (held.state instanceof ContainerState.Starting starting) {
            new Prober(runtime, id, config.host(), starting.port(), spec.readiness(), () -> inbox.add(() -> ready(id)))
                    .start();
        }
    }

    /** One that was adopted without its spec gets it from an order that names it. */
    private void learn(Held held, Duration now) {
        Wanted order = wanted.get(held.ref.id());
        if (order == null || !(order.what() instanceof Wanted.What.Named named) || now.compareTo(held.learnAt) < 0) {
            return;
        }
        held.learnAt = now.plus(SPEC_PATIENCE).plus(LEARN_AGAIN);
        Thread.ofVirtual().name("learn-" + held.ref.id()).start(() -> {
            try {
                ContainerSpec spec = spec(named);
                kept.keep(order.ref(), spec.digest(), held.startedAt);
                inbox.add(() -> {
                    held.ref = order.ref();
                    know(held, spec);
                });
            } catch (IOException | RuntimeException fault) {
                inbox.add(() -> {
                    refused(held, fault);
                    held.learnAt = time.now().plus(LEARN_AGAIN);
                });
            }
        });
    }

    private void ready(String id) {
        Held held = containers.get(id);
        if (held == null || !(held.state instanceof ContainerState.Starting starting)) {
            return;
        }
        try {
            // Another process may have answered on the port of one that has already ended.
            if (runtime.exit(id).isPresent()) {
                return;
            }
            runtime.markReady(id);
        } catch (IOException fault) {
            LOG.warnf(
                    "%s is ready, but that can't be noted (%s): a restarted agent will probe it again",
                    id, fault.toString());
        }
        held.state = starting.ready();
        changed = true;
    }

    private void look(Held held, Duration now) {
        try {
            step(held, now);
            if (held.shipper != null) {
                held.shipper.ship(held.state instanceof ContainerState.Ended, time.onTheWall());
            }
            if (held.isLost()) {
                learn(held, now);
            } else if (!held.trouble.isEmpty()) {
                held.trouble = "";
                changed = true;
            }
        } catch (IOException | RuntimeException fault) {
            refused(held, fault);
        }
    }

    /** It is said once; the container shows it until it is over. */
    private void refused(Held held, Exception fault) {
        String trouble = "this host refuses something: " + words(fault);
        if (!trouble.equals(held.trouble)) {
            LOG.errorf(fault, "%s: %s", held.ref.id(), trouble);
            held.trouble = trouble;
            changed = true;
        }
    }

    private static String words(Exception fault) {
        return fault.getMessage() != null && !(fault instanceof java.nio.file.FileSystemException)
                ? fault.getMessage()
                : fault.toString();
    }

    private void step(Held held, Duration now) throws IOException {
        String id = held.ref.id();
        boolean hasProcess =
                !(held.state instanceof ContainerState.Preparing || held.state instanceof ContainerState.Ended);
        Optional<Exit> exit = hasProcess ? runtime.exit(id) : Optional.empty();
        Optional<ContainerReconciler.Goal> goal = ordered
                ? Optional.ofNullable(wanted.get(id)).map(Wanted::goal)
                : Optional.of(ContainerReconciler.Goal.RUN);
        switch (ContainerReconciler.reconcile(held.spec, held.state, goal, exit, now)) {
            case ContainerReconciler.Step.Nothing nothing -> {
                // Nothing to do.
            }
            case ContainerReconciler.Step.Terminate terminate -> {
                runtime.terminate(id);
                held.state = held.state.stopping(now.plus(held.spec.stopGrace()));
                changed = true;
            }
            case ContainerReconciler.Step.Kill kill -> runtime.kill(id);
            case ContainerReconciler.Step.End end -> end(id, end.ended());
            case ContainerReconciler.Step.Forget forget -> {
                if (held.shipper == null || held.shipper.finish()) {
                    runtime.remove(id);
                    containers.remove(id);
                }
            }
        }
    }

    /** Not while a container is here whose spec is not known: it may use any. */
    private void collect(Duration now) {
        if (!containers.values().stream().allMatch(held -> held.spec.known() || held.isOver())) {
            return;
        }
        Set<String> named = wanted.values().stream()
                .map(Wanted::what)
                .flatMap(what -> what instanceof Wanted.What.Named it ? Stream.of(it.digest()) : Stream.empty())
                .collect(Collectors.toSet());
        containers.values().forEach(held -> named.add(held.spec.digest()));
        try {
            specs.collect(named, now);
            sources.collect(
                    containers.values().stream()
                            .map(held -> held.spec.sourceDigest())
                            .collect(Collectors.toSet()),
                    now);
        } catch (IOException refused) {
            LOG.warnf("what nobody uses any more can't be deleted: %s", refused.toString());
        }
    }

    private void end(String id, ContainerState.Ended ended) {
        Held held = containers.get(id);
        if (held == null || held.isOver()) {
            return;
        }
        try {
            List<String> last = ended.failed() ? new OutputFile(runtime.output(id)).tail(LAST_LINES) : List.of();
            String reason = ended.reason() + (last.isEmpty() ? "" : "\nlast output:\n  " + String.join("\n  ", last));
            held.state = new ContainerState.Ended(ended.failed(), ended.timedOut(), reason);
            runtime.kill(id);
        } catch (IOException fault) {
            held.state = ended;
            LOG.warnf("%s: %s", id, fault.getMessage());
        }
        changed = true;
        LOG.infof("ended %s: %s", id, ended.reason());
    }

    private NodeReport observed() {
        Duration now = time.now();
        return new NodeReport(
                config.node(),
                config.host(),
                incarnation,
                ++sequence,
                newest.epoch(),
                ordered ? newest.generation() : 0,
                config.capacity(),
                containers.values().stream().map(held -> held.sighting(now)).toList());
    }
}
