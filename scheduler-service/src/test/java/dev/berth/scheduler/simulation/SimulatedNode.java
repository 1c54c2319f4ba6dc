package dev.berth.scheduler.simulation;

import dev.berth.scheduler.cluster.Order;
import dev.berth.scheduler.cluster.Stranger;
import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Ending;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.Sighting;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A host: the containers that really run there, and an agent that may die while they go on. */
final class SimulatedNode {
    /** A process, as it really is. */
    static final class Running {
        final String id;
        final AppName app;
        final String function;
        final String digest;
        final int port;
        final Address at;
        int version;
        Sighting state = new Sighting.Starting("");
        boolean told;

        Running(Container container, Address at, String digest) {
            id = container.id();
            app = container.app().name();
            function = container.function();
            port = container.on().port();
            this.at = at;
            version = container.version();
            this.digest = digest;
        }

        boolean alive() {
            return !(state instanceof Sighting.Gone);
        }

        boolean ready() {
            return state instanceof Sighting.Ready;
        }
    }

    private static final int FIRST_PORT = 20_000;

    final String name;
    private final Simulation simulation;
    private final World world;
    final Map<String, Running> containers = new LinkedHashMap<>();
    private long epoch;
    private long generation;
    private int incarnation;
    private long beats;
    private boolean alive = true;
    /** Its agent is there again at some time. */
    private boolean comesBack = true;
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
        world.at(world.between(16_000, 25_000), () -> alive = comesBack);
    }

    /** As {@link #vanish}, and never comes back. */
    void vanishForGood() {
        world.note(name + " vanishes for good");
        alive = false;
        comesBack = false;
    }

    /** The containers run on. */
    void die() {
        alive = false;
        world.at(world.between(100, 5_000), () -> {
            alive = comesBack;
            ordered = false;
            incarnation++;
            beats = 0;
        });
    }

    void order(long by, Order order, Map<String, String> digests) {
        if (!alive || by < epoch || by == epoch && order.generation() < generation) {
            return;
        }
        epoch = by;
        generation = order.generation();
        ordered = true;
        Set<String> wanted = new HashSet<>();
        order.strangers().stream().map(Stranger::id).forEach(wanted::add);
        for (Container container : order.containers()) {
            wanted.add(container.id());
            Running running = containers.get(container.id());
            if (running == null) {
                start(container, order.keptPorts(), digests.get(container.id()));
            } else {
                running.version = container.version();
                if (container.goal() instanceof Goal.Stop) {
                    stop(running);
                }
            }
        }
        for (Running running : List.copyOf(containers.values())) {
            if (!wanted.contains(running.id)) {
                if (running.alive()) {
                    stop(running);
                } else {
                    containers.remove(running.id);
                }
            }
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
        Running running = new Running(container, new Address(name, fixed != 0 ? fixed : freePort(kept)), digest);
        containers.put(running.id, running);
        if (container.goal() instanceof Goal.Stop) {
            running.state = new Sighting.Gone(new Ending.Stopped("stopped before it started"));
            return;
        }
        boolean bad = simulation.registry.bad(digest);
        world.at(world.between(50, bad ? 5_000 : 1_500), () -> {
            if (running.state instanceof Sighting.Starting) {
                running.state = !bad
                        ? new Sighting.Ready(running.at)
                        : new Sighting.Gone(world.chance(30) ? new Ending.TimedOut("bad") : new Ending.Crashed("bad"));
                report();
            }
        });
    }

    private void stop(Running running) {
        if (running.told || !running.alive()) {
            return;
        }
        running.told = true;
        simulation.checks.stops(running);
        running.state = new Sighting.Stopping();
        world.at(world.between(5, 300), () -> {
            running.state = new Sighting.Gone(new Ending.Stopped(""));
            report();
        });
    }

    /** One of its containers crashes by itself. */
    void crashOne() {
        containers.values().stream().filter(Running::ready).findFirst().ifPresent(running -> {
            world.note(running.id + " crashes");
            running.state = new Sighting.Gone(new Ending.Crashed("by itself"));
            report();
        });
    }

    void beat() {
        report();
        world.at(Duration.ofSeconds(1), this::beat);
    }

    private void report() {
        if (!alive) {
            return;
        }
        List<NodeReport.Observed> seen = containers.values().stream().map(running -> new NodeReport.Observed(running.id,
                running.app, running.version, running.function, running.state)).toList();
        NodeReport report = new NodeReport(name, String.format("%06d", incarnation), ++beats, ordered ? epoch : 0,
                ordered ? generation : 0, name, 4_000, 1L << 30, seen);
        world.send(() -> simulation.leaders().forEach(leader -> leader.hear(now -> leader.cluster.node(report, now))));
    }
}
