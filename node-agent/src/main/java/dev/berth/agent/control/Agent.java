package dev.berth.agent.control;

import dev.berth.agent.bus.Outgoing;
import dev.berth.agent.client.SourceClient;
import dev.berth.agent.container.ContainerReconciler;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.ContainerState;
import dev.berth.agent.container.Exit;
import dev.berth.agent.runtime.Cgroups;
import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.OutputFile;
import dev.berth.agent.runtime.Probe;
import dev.berth.agent.runtime.ProcessRuntime;
import dev.berth.agent.runtime.Sources;
import dev.berth.protocol.v1.NodeObserved;
import dev.berth.protocol.v1.ObservedContainer;
import dev.berth.protocol.v1.Phase;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * One thread that owns what is known of this host's containers. At its start it adopts what runs and touches none of
 * it; it stops only what a newest order does not want. When it ends, the containers run on.
 */
@ApplicationScoped
public class Agent {
    /** What the scheduler wants of one container. */
    public record Wanted(ContainerSpec spec, ContainerReconciler.Goal goal) {}

    /** All that should exist here. */
    public record Order(long epoch, long generation, List<Wanted> containers) {}

    private static final Logger LOG = Logger.getLogger(Agent.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration REPORT_EVERY = Duration.ofSeconds(1);
    private static final Duration SHORTEST_PROBE_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PROBE_PAUSE = Duration.ofMillis(200);
    private static final Duration COLLECT_EVERY = Duration.ofMinutes(1);
    /** Unused sources are kept for a rollback. */
    private static final Duration SOURCES_KEPT = Duration.ofDays(1);
    private static final int LAST_LINES = 10;

    /** A container of this host. Its spec is unknown from an agent's restart to the first order. */
    private static final class Held {
        ContainerSpec spec;
        ContainerState state;
        Instant startedAt;
        LogShipper shipper;
    }

    private final AgentConfig config;
    private final Outgoing outgoing;
    private final SourceClient sourceClient;
    private final InstantSource clock = InstantSource.system();
    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofPlatform().name("berth-agent").unstarted(this::run);
    private final String incarnation = String.format("%015d-%s", System.currentTimeMillis(),
            UUID.randomUUID());
    private volatile boolean stopping;

    private ContainerRuntime runtime;
    private Sources sources;
    private final Map<String, Held> containers = new LinkedHashMap<>();
    private final Map<String, ContainerReconciler.Goal> goals = new HashMap<>();
    private long epoch;
    private long generation;
    /** False until the first order of this start: nothing is stopped before. */
    private boolean ordered;
    private long sequence;
    private boolean changed = true;
    private Instant nextCollection = Instant.MIN;

    Agent(AgentConfig config, Outgoing outgoing, SourceClient sourceClient) {
        this.config = config;
        this.outgoing = outgoing;
        this.sourceClient = sourceClient;
    }

    void start(@Observes StartupEvent event) throws IOException {
        Files.createDirectories(config.state());
        runtime = new ProcessRuntime(config.state(),
                config.limits() ? Cgroups.detect(Path.of("/sys/fs/cgroup"), config.node()) : Cgroups.none(),
                InetAddress.getByName(config.host()));
        sources = new Sources(config.state());
        Path stored = config.state().resolve("order");
        if (Files.exists(stored)) {
            String[] order = Files.readString(stored).strip().split(" ", -1);
            epoch = Long.parseLong(order[0]);
            generation = Long.parseLong(order[1]);
        }
        adopt();
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        thread.interrupt();
        thread.join(Duration.ofSeconds(5));
    }

    private void adopt() throws IOException {
        for (ContainerRuntime.Known known : runtime.list()) {
            Held held = new Held();
            held.startedAt = clock.instant();
            Optional<Exit> exit = runtime.exit(known.id());
            if (exit.isPresent()) {
                held.state = new ContainerState.Ended(false, false,
                        "ended while the agent was away: " + exit.get().words());
            } else if (known.wasReady()) {
                held.state = new ContainerState.Ready(held.startedAt, known.port());
            } else {
                held.state = new ContainerState.Starting(held.startedAt, known.port());
            }
            containers.put(known.id(), held);
            LOG.infof("adopted %s: %s", known.id(), held.state);
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
        Instant nextReport = clock.instant();
        while (!stopping) {
            try {
                Runnable message = inbox.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                while (message != null) {
                    message.run();
                    message = inbox.poll();
                }
                look();
                Instant now = clock.instant();
                if (changed || !now.isBefore(nextReport)) {
                    changed = false;
                    nextReport = now.plus(REPORT_EVERY);
                    outgoing.observed(observed());
                }
            } catch (InterruptedException interrupted) {
                return;
            } catch (IOException | RuntimeException fault) {
                // Whatever it is: without this thread nothing would be stopped or said any more.
                LOG.errorf(fault, "this host refuses something; trying again");
            }
        }
    }

    private void take(Order order) {
        // Also an order that this agent took before its restart: a late older one must not undo it.
        if (order.epoch() < epoch || order.epoch() == epoch && order.generation() < generation) {
            LOG.debugf("order %d/%d is older than %d/%d", order.epoch(), order.generation(), epoch, generation);
            return;
        }
        if (order.epoch() != epoch || order.generation() != generation) {
            storeOrder(order.epoch(), order.generation());
        }
        epoch = order.epoch();
        generation = order.generation();
        ordered = true;
        changed = true;
        goals.clear();
        for (Wanted wanted : order.containers()) {
            goals.put(wanted.spec().id(), wanted.goal());
            Held held = containers.get(wanted.spec().id());
            if (held == null) {
                begin(wanted);
            } else if (held.spec == null) {
                know(held, wanted.spec());
            }
        }
    }

    private void storeOrder(long newestEpoch, long newestGeneration) {
        try {
            Path next = config.state().resolve("order.new");
            Files.writeString(next, newestEpoch + " " + newestGeneration);
            Files.move(next, config.state().resolve("order"), StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /** An adopted container's spec has come: what had to wait for it goes on. */
    private void know(Held held, ContainerSpec spec) {
        held.spec = spec;
        held.shipper = new LogShipper(outgoing, spec, runtime.output(spec.id()));
        if (held.state instanceof ContainerState.Starting starting) {
            probe(spec, starting.port());
        }
    }

    private void begin(Wanted wanted) {
        Held held = new Held();
        held.spec = wanted.spec();
        held.startedAt = clock.instant();
        held.state = wanted.goal() == ContainerReconciler.Goal.STOP
                ? new ContainerState.Ended(false, false, "stopped before it started")
                : new ContainerState.Preparing();
        containers.put(wanted.spec().id(), held);
        if (held.state instanceof ContainerState.Preparing) {
            Thread.ofVirtual().name("prepare-" + wanted.spec().id()).start(() -> prepare(wanted.spec()));
        }
    }

    private void prepare(ContainerSpec spec) {
        try {
            Optional<Path> source = spec.sourceDigest().isEmpty()
                    ? Optional.empty()
                    : Optional.of(sourceClient.fetch(spec.sourceDigest(), sources, spec.startupTimeout()));
            inbox.add(() -> launch(spec, source));
        } catch (IOException | RuntimeException fault) {
            inbox.add(() -> end(spec.id(), new ContainerState.Ended(true, false, fault.getMessage())));
        }
    }

    private void launch(ContainerSpec spec, Optional<Path> source) {
        Held held = containers.get(spec.id());
        if (held == null || !(held.state instanceof ContainerState.Preparing preparing)) {
            return;
        }
        try {
            int port = runtime.start(spec, source);
            held.startedAt = clock.instant();
            held.state = preparing.started(held.startedAt, port);
            held.shipper = new LogShipper(outgoing, spec, runtime.output(spec.id()));
            changed = true;
            LOG.infof("started %s: %s/%s v%d %s on port %d", spec.id(), spec.environment(), spec.app(), spec.version(),
                    spec.function(), port);
            probe(spec, port);
        } catch (IOException fault) {
            end(spec.id(), new ContainerState.Ended(true, false, "could not be started: " + fault.getMessage()));
        }
    }

    private void probe(ContainerSpec spec, int port) {
        Thread.ofVirtual().name("probe-" + spec.id()).start(() -> {
            Duration pause = SHORTEST_PROBE_PAUSE;
            while (!stopping && probing(spec.id())) {
                if (Probe.ready(config.host(), port, spec.readiness())) {
                    inbox.add(() -> ready(spec.id()));
                    return;
                }
                try {
                    Thread.sleep(pause);
                } catch (InterruptedException interrupted) {
                    return;
                }
                pause = pause.multipliedBy(5).dividedBy(4);
                pause = pause.compareTo(LONGEST_PROBE_PAUSE) > 0 ? LONGEST_PROBE_PAUSE : pause;
            }
        });
    }

    /** Whether the answer still matters; read from the probe's thread, so only what is safe to read there. */
    private boolean probing(String id) {
        try {
            return runtime.exit(id).isEmpty();
        } catch (IOException gone) {
            return false;
        }
    }

    private void ready(String id) {
        Held held = containers.get(id);
        if (held != null && held.state instanceof ContainerState.Starting starting) {
            try {
                // Another process may have answered on the port of one that has already ended.
                if (runtime.exit(id).isEmpty()) {
                    runtime.markReady(id);
                    held.state = starting.ready();
                    changed = true;
                }
            } catch (IOException fault) {
                throw new UncheckedIOException(fault);
            }
        }
    }

    private void look() throws IOException {
        Instant now = clock.instant();
        for (String id : List.copyOf(containers.keySet())) {
            Held held = containers.get(id);
            if (held.spec == null) {
                lookAtUnknown(id, held, now);
            } else {
                step(id, held, now);
                ship(held);
            }
        }
        if (ordered && now.isAfter(nextCollection)) {
            nextCollection = now.plus(COLLECT_EVERY);
            collectSources(now);
        }
    }

    /** Not while a container runs whose source is not known. */
    private void collectSources(Instant now) throws IOException {
        if (containers.values().stream().allMatch(held -> held.spec != null)) {
            sources.collect(now.minus(SOURCES_KEPT), containers.values().stream()
                    .map(held -> held.spec.sourceDigest()).collect(Collectors.toSet()));
        }
    }

    private void step(String id, Held held, Instant now) throws IOException {
        boolean hasProcess = !(held.state instanceof ContainerState.Preparing
                || held.state instanceof ContainerState.Ended);
        Optional<Exit> exit = hasProcess ? runtime.exit(id) : Optional.empty();
        Optional<ContainerReconciler.Goal> goal = ordered
                ? Optional.ofNullable(goals.get(id))
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

    /** Adopted, and no order has named it: it runs on until an order leaves it out. */
    private void lookAtUnknown(String id, Held held, Instant now) throws IOException {
        if (ordered && !goals.containsKey(id)) {
            LOG.infof("no order wants %s; it is ended", id);
            runtime.terminate(id);
            held.spec = new ContainerSpec(id, "", "", 0, "", List.of("unknown"), Map.of(), 0, "", 0, 0,
                    Duration.ofHours(1), Duration.ofSeconds(10), "");
            if (!(held.state instanceof ContainerState.Ended)) {
                held.state = held.state.stopping(now.plus(held.spec.stopGrace()));
            }
        } else if (!(held.state instanceof ContainerState.Ended)) {
            Optional<Exit> exit = runtime.exit(id);
            if (exit.isPresent()) {
                end(id, held.state.failed(exit.get().words()));
            }
        }
    }

    private void end(String id, ContainerState.Ended ended) {
        Held held = containers.get(id);
        if (held == null || held.state instanceof ContainerState.Ended) {
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

    private static void ship(Held held) throws IOException {
        if (held.shipper != null) {
            held.shipper.ship(held.state instanceof ContainerState.Ended);
        }
    }

    private NodeObserved observed() {
        NodeObserved.Builder message = NodeObserved.newBuilder().setNode(config.node()).setIncarnation(incarnation)
                .setEpoch(ordered ? epoch : 0).setGeneration(ordered ? generation : 0)
                .setCpuMillis(config.capacity().cpuMillis()).setMemoryBytes(config.capacity().memoryBytes())
                .setSequence(++sequence);
        containers.forEach((id, held) -> message.addContainers(observed(id, held)));
        return message.build();
    }

    private ObservedContainer observed(String id, Held held) {
        ObservedContainer.Builder container = ObservedContainer.newBuilder().setId(id).setHost(config.host())
                .setPort(held.state.port()).setStartedAt(held.startedAt.toEpochMilli());
        switch (held.state) {
            case ContainerState.Preparing preparing -> container.setPhase(Phase.PHASE_PREPARING);
            case ContainerState.Starting starting -> container.setPhase(Phase.PHASE_STARTING);
            case ContainerState.Ready ready -> container.setPhase(Phase.PHASE_READY);
            case ContainerState.Stopping stopping -> container.setPhase(Phase.PHASE_STOPPING);
            case ContainerState.Ended ended ->
                container.setPhase(ended.failed() ? Phase.PHASE_FAILED : Phase.PHASE_STOPPED).setReason(ended.reason())
                        .setTimedOut(ended.timedOut());
        }
        return container.build();
    }
}
