package dev.berth.e2e.simulation;

import dev.berth.agent.container.ContainerReconciler;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.ContainerState;
import dev.berth.agent.container.Exit;
import dev.berth.scheduler.cluster.Order;
import dev.berth.scheduler.cluster.Stranger;
import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Driver;
import dev.berth.scheduler.fleet.Ending;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.NodeCondition;
import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.Sighting;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A host: the processes that really run there, and an agent that may die while they go on. What the agent does with each
 * container, the real reconciler decides.
 */
final class SimulatedNode {
    private static final int FIRST_PORT = 20_000;
    private static final Duration STOP_GRACE = Duration.ofSeconds(1);

    /** A container: its process, as it really is, and what the agent takes it for. */
    static final class Running {
        final String id;
        final AppName app;
        final String function;
        final int port;
        final Address at;
        final ContainerSpec spec;
        int version;
        ContainerState state = new ContainerState.Preparing();
        /** Its process has ended; empty while it runs, and before. */
        Optional<Exit> exit = Optional.empty();

        /** The name of its image; empty of a process. */
        final Optional<String> imageName;
        /** What this node took that name to mean. */
        Optional<String> resolved = Optional.empty();
        /** What the newest order that says so wants it to be made of. */
        Optional<String> pinned = Optional.empty();
        /** What it was made of. */
        Optional<String> image = Optional.empty();

        boolean markedReady;
        boolean answers;
        /** It was told to end. */
        boolean told;

        Running(Container container, Address at, String digest, Optional<String> imageName) {
            this.imageName = imageName;
            id = container.id();
            app = container.app().name();
            function = container.function();
            port = container.on().port();
            this.at = at;
            version = container.version();
            spec = ContainerSpec.processes(
                    digest, List.of("run"), Map.of(), port, "", 0, 0, Duration.ofSeconds(5), STOP_GRACE, "");
        }

        /** Its process runs. */
        boolean alive() {
            return exit.isEmpty() && !(state instanceof ContainerState.Ended);
        }

        /** Requests that reach it are answered. */
        boolean ready() {
            return state instanceof ContainerState.Ready && exit.isEmpty();
        }
    }

    final String name;
    private final Simulation simulation;
    private final World world;
    final Map<String, Running> containers = new LinkedHashMap<>();
    private final Map<String, ContainerReconciler.Goal> wanted = new HashMap<>();
    private long epoch;
    private long generation;
    private int incarnation;
    private long beats;
    private boolean alive = true;
    /** Its agent is there again at some time. */
    private boolean comesBack = true;

    private List<NodeCondition> conditions = List.of();

    private boolean ordered;

    SimulatedNode(Simulation simulation, String name) {
        this.simulation = simulation;
        this.name = name;
        world = simulation.world;
    }

    boolean gone() {
        return !comesBack;
    }

    /** Unheard and deaf for so long that the node counts as lost. The containers run on. */
    void vanish() {
        alive = false;
        world.note(name + " vanishes");
        world.at(world.between(16_000, 25_000), () -> {
            alive = comesBack;
            lookAtAll();
        });
    }

    /** Its disk is full for a while: it takes nothing new, and keeps what it has. */
    void fill() {
        world.note(name + " has a full disk");
        conditions = List.of(new NodeCondition(NodeCondition.Kind.DISK, "disk full"));
        world.at(world.between(2_000, 20_000), () -> conditions = List.of());
    }

    /** As {@link #vanish}, and never comes back. */
    void vanishForGood() {
        world.note(name + " vanishes for good");
        alive = false;
        comesBack = false;
    }

    /** The containers run on, and are adopted. */
    void die() {
        alive = false;
        world.at(world.between(100, 5_000), () -> {
            alive = comesBack;
            ordered = false;
            wanted.clear();
            incarnation++;
            beats = 0;
            containers.values().removeIf(running -> running.state instanceof ContainerState.Preparing);
            containers.values().forEach(this::adopt);
            lookAtAll();
        });
    }

    /** As the agent does at its start: what it knew in memory is lost. */
    private void adopt(Running running) {
        if (running.state instanceof ContainerState.Ended) {
            return;
        }
        if (running.exit.isPresent()) {
            running.state = running.state.stopped("ended while the agent was away");
        } else if (running.markedReady) {
            running.state = new ContainerState.Ready(now(), address(running.at));
        } else {
            running.state = new ContainerState.Starting(now(), address(running.at));
            if (running.answers) {
                getsReady(running);
            }
        }
    }

    private Duration now() {
        return Duration.between(World.START, world.now());
    }

    void order(long by, Order order, Map<String, String> digests, Map<String, String> images) {
        if (!alive || by < epoch || by == epoch && order.generation() < generation) {
            return;
        }
        epoch = by;
        generation = order.generation();
        ordered = true;
        wanted.clear();
        order.strangers().stream().map(Stranger::id).forEach(id -> wanted.put(id, ContainerReconciler.Goal.RUN));
        for (Container container : order.containers()) {
            wanted.put(
                    container.id(),
                    switch (container.goal()) {
                        case Goal.Stop stop -> ContainerReconciler.Goal.STOP;
                        case Goal.Fetch fetch -> ContainerReconciler.Goal.FETCH;
                        case Goal.Run run -> ContainerReconciler.Goal.RUN;
                        case Goal.Drain drain -> ContainerReconciler.Goal.RUN;
                    });
            Running running = containers.get(container.id());
            if (running == null) {
                start(container, order.keptPorts(), digests.get(container.id()));
            } else {
                running.version = container.version();
            }
            pin(containers.get(container.id()), Optional.ofNullable(images.get(container.id())));
        }
        lookAtAll();
    }

    private void pin(Running running, Optional<String> image) {
        if (running.pinned.isEmpty() && image.isPresent()) {
            running.pinned = image;
            world.at(world.between(1, 100), () -> launch(running));
        }
    }

    /** The lowest port is used again as soon as it may be. */
    private int freePort(Set<Integer> kept) {
        int port = FIRST_PORT;
        while (kept.contains(port) || listensAt(port)) {
            port++;
        }
        return port;
    }

    private boolean listensAt(int port) {
        return containers.values().stream().anyMatch(one -> one.at.port() == port);
    }

    private void start(Container container, Set<Integer> kept, String digest) {
        int fixed = container.on().port();
        Running running = new Running(
                container,
                new Address(name, fixed != 0 ? fixed : freePort(kept)),
                digest,
                simulation.registry.imageOf(digest));
        containers.put(running.id, running);
        if (container.goal() instanceof Goal.Stop) {
            running.state = running.state.stopped("stopped before it started");
            return;
        }
        world.at(world.between(1, 100), () -> launch(running));
    }

    private void launch(Running running) {
        if (!alive && comesBack) {
            // What it was about to do, a host that stood still does when it goes on.
            world.at(Duration.ofMillis(500), () -> launch(running));
        }
        if (!alive
                || containers.get(running.id) != running
                || !(running.state instanceof ContainerState.Preparing preparing)) {
            return;
        }
        if (running.imageName.isPresent() && running.pinned.isEmpty()) {
            running.resolved = running.resolved.or(() -> Optional.of(simulation.registry.resolve()));
            report();
            return;
        }
        running.image = running.pinned;
        if (wanted.get(running.id) == ContainerReconciler.Goal.FETCH) {
            running.state = preparing.stopped("what it needs is here");
            report();
            return;
        }
        simulation.checks.starts(running);
        running.state = preparing.started(now(), address(running.at));
        world.at(running.spec.startupTimeout().plusMillis(1), () -> look(running));
        if (!simulation.registry.bad(running.spec.digest())) {
            world.at(world.between(50, 1_500), () -> {
                running.answers = running.exit.isEmpty();
                getsReady(running);
            });
        } else if (world.chance(70)) {
            world.at(world.between(50, 4_900), () -> exits(running, 3));
        }
    }

    private void getsReady(Running running) {
        if (alive && running.exit.isEmpty() && running.state instanceof ContainerState.Starting starting) {
            running.state = starting.ready();
            running.markedReady = true;
            report();
        }
    }

    private void exits(Running running, int status) {
        if (running.exit.isEmpty()) {
            running.exit = Optional.of(new Exit(status, false));
            look(running);
        }
    }

    private void lookAtAll() {
        List.copyOf(containers.values()).forEach(this::look);
    }

    /** As the agent's loop looks at one. */
    private void look(Running running) {
        if (!alive || containers.get(running.id) != running) {
            return;
        }
        Optional<ContainerReconciler.Goal> goal =
                ordered ? Optional.ofNullable(wanted.get(running.id)) : Optional.of(ContainerReconciler.Goal.RUN);
        if (running.answers) {
            getsReady(running);
        }
        switch (ContainerReconciler.reconcile(running.spec, running.state, goal, running.exit, now())) {
            case ContainerReconciler.Step.Nothing nothing -> {
                // Nothing to do.
            }
            case ContainerReconciler.Step.Terminate terminate -> {
                simulation.checks.stops(running);
                running.told = true;
                running.state = running.state.stopping(now().plus(STOP_GRACE));
                boolean deaf = world.chance(5);
                world.at(
                        deaf ? STOP_GRACE.plusMillis(1) : world.between(5, 300),
                        deaf ? () -> look(running) : () -> exits(running, 143));
            }
            case ContainerReconciler.Step.Kill kill -> exits(running, 137);
            case ContainerReconciler.Step.End end -> {
                running.state = end.ended();
                running.exit = running.exit.or(() -> Optional.of(new Exit(137, false)));
                report();
            }
            case ContainerReconciler.Step.Forget forget -> containers.remove(running.id);
        }
    }

    /** One of its containers crashes by itself. */
    void crashOne() {
        containers.values().stream().filter(Running::ready).findFirst().ifPresent(running -> {
            world.note(running.id + " crashes");
            exits(running, 1);
        });
    }

    void beat() {
        lookAtAll();
        report();
        world.at(Duration.ofSeconds(1), this::beat);
    }

    private static Sighting sighting(Running running) {
        return switch (running.state) {
            case ContainerState.Preparing preparing -> new Sighting.Starting("");
            case ContainerState.Starting starting -> new Sighting.Starting("");
            case ContainerState.Ready ready -> new Sighting.Ready(running.at);
            case ContainerState.Stopping stopping -> new Sighting.Stopping();
            case ContainerState.Ended ended ->
                new Sighting.Gone(
                        switch (ended.how()) {
                            case STOPPED -> new Ending.Stopped(ended.reason());
                            case FAILED -> new Ending.Crashed(ended.reason());
                            case TIMED_OUT -> new Ending.TimedOut(ended.reason());
                            case HOPELESS -> new Ending.Hopeless(ended.reason());
                        });
        };
    }

    private static dev.berth.agent.container.Address address(Address at) {
        return new dev.berth.agent.container.Address(at.host(), at.port());
    }

    private void report() {
        if (!alive) {
            return;
        }
        List<NodeReport.Observed> seen = containers.values().stream()
                .map(running -> new NodeReport.Observed(
                        running.id,
                        running.app,
                        running.version,
                        running.function,
                        sighting(running),
                        running.pinned.or(() -> running.resolved)))
                .toList();
        NodeReport report = new NodeReport(
                name,
                String.format("%06d", incarnation),
                ++beats,
                ordered ? epoch : 0,
                ordered ? generation : 0,
                name,
                4_000,
                1L << 30,
                conditions,
                List.of(new Driver(Driver.Kind.PROCESS, ""), new Driver(Driver.Kind.ENGINE, "simulated")),
                seen,
                Set.of());
        world.send(() -> simulation.leaders().forEach(leader -> leader.hear(now -> leader.cluster.node(report, now))));
    }
}
