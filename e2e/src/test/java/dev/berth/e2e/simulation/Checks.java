package dev.berth.e2e.simulation;

import dev.berth.gateway.routing.FunctionRoute;
import dev.berth.scheduler.cluster.AppView;
import dev.berth.scheduler.cluster.Turn;
import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.VersionSpec;
import dev.berth.scheduler.rollout.Receipt;
import dev.berth.scheduler.rollout.Rollout;
import dev.berth.scheduler.rollout.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The promises, checked as things happen. */
final class Checks {
    private final Simulation simulation;
    private final World world;
    /** By app, the newest version that was reported live while it was not stopped. */
    private final Map<AppId, Integer> reportedLive = new TreeMap<>();
    /** By container, the gateways whose lease lived when it was committed that it stops. */
    private final Map<String, Set<String>> leasedAtStop = new HashMap<>();
    /** By app, since when it is not as wanted and says nothing of it. */
    private final Map<AppName, Instant> unexplained = new HashMap<>();

    private final Set<Turn.VersionKey> cut = new HashSet<>();
    int requests;
    int wentLive;

    Checks(Simulation simulation) {
        this.simulation = simulation;
        world = simulation.world;
    }

    /** P1, P2: what a turn wrote. */
    void committed(Turn turn) {
        for (Turn.AppRow row : turn.apps()) {
            VersionSpec spec = row.live() == 0
                    ? null
                    : simulation.database.versions.get(row.id()).get(row.live());
            if (spec != null && spec.functions().stream().anyMatch(simulation.registry::bad)) {
                throw world.breach("P1: " + row.id() + " v" + row.live() + " never gets ready, and is live");
            }
        }
        for (Turn.RolloutRow row : turn.rollouts()) {
            if (row.rollout().step() instanceof Step.CuttingOver
                    && cut.add(new Turn.VersionKey(row.id(), row.rollout().version()))) {
                checkAllReady(row.id(), row.rollout().version());
            }
            if (row.rollout().step() instanceof Step.Live) {
                reportedLive.merge(row.id(), row.rollout().version(), Math::max);
                wentLive++;
            }
        }
        turn.apps().stream().filter(row -> row.live() == 0).forEach(row -> reportedLive.remove(row.id()));
        turn.pins().forEach(this::checkIsAsBefore);
        for (Container container : turn.containers()) {
            if (container.goal() instanceof Goal.Run && container.ready()) {
                simulation.nodes.stream()
                        .flatMap(node -> Optional.ofNullable(node.containers.get(container.id())).stream())
                        .forEach(running -> checkImage(running, container));
            }
            if (container.goal() instanceof Goal.Stop) {
                leasedAtStop.computeIfAbsent(
                        container.id(),
                        id -> simulation.gateways.stream()
                                .filter(SimulatedGateway::leased)
                                .map(SimulatedGateway::life)
                                .collect(Collectors.toSet()));
            }
        }
    }

    /** A version stays what it was, and so does one that repeats it. */
    private void checkIsAsBefore(Turn.PinRow row) {
        VersionSpec spec = simulation.database.versions.get(row.id()).get(row.version());
        if (!simulation.database.image(row.id(), row.version(), row.name()).equals(Optional.of(row.image()))) {
            throw world.breach(row.id() + " v" + row.version() + " has another image now: " + row.image());
        }
        Optional<String> before = simulation.database.image(row.id(), spec.repeats(), row.name());
        if (before.isPresent() && !before.get().equals(row.image())) {
            throw world.breach(row.id() + " v" + row.version() + " is " + row.image() + ", and repeats v"
                    + spec.repeats() + ", which is " + before.get());
        }
    }

    /** Each container of a version is made of the image that was committed as that version's. */
    void starts(SimulatedNode.Running running) {
        Container container = simulation.database.containers.get(running.id);
        if (container != null) {
            checkImage(running, container);
        }
    }

    private void checkImage(SimulatedNode.Running running, Container container) {
        Optional<String> committed = running.imageName.flatMap(
                name -> simulation.database.image(container.app(), container.version(), name));
        if (!running.image.equals(committed)) {
            throw world.breach(running.id + " of " + container.app() + " v" + container.version() + " is made of "
                    + running.image + ", and its version of " + committed);
        }
    }

    /** P1: traffic moves when every container that is wanted is ready, on nodes that are not lost. */
    private void checkAllReady(AppId id, int version) {
        for (FunctionSpec function :
                simulation.database.versions.get(id).get(version).functions()) {
            long ready = simulation.database.containers.values().stream()
                    .filter(container -> container.app().equals(id)
                            && container.version() == version
                            && container.function().equals(function.name())
                            && container.ready()
                            && container.goal() instanceof Goal.Run
                            && simulation
                                    .node(container.node())
                                    .filter(node -> !node.gone())
                                    .isPresent())
                    .count();
            long onLost = simulation.nodes.stream().filter(SimulatedNode::gone).count();
            if (ready < Math.max(1, function.minContainers()) && onLost == 0) {
                throw world.breach("P1: " + id + " v" + version + " takes over with " + ready + " containers of "
                        + function.name() + " ready");
            }
        }
    }

    /** P2: told to stop only when no live gateway has anything in flight on it, or its time is over. */
    void stops(SimulatedNode.Running running) {
        for (SimulatedGateway gateway : simulation.gateways) {
            boolean counted = leasedAtStop
                    .getOrDefault(running.id, Set.of(gateway.life()))
                    .contains(gateway.life());
            if (counted && gateway.leased() && gateway.inFlight(running.id) > 0) {
                throw world.breach("P2: " + running.id + " was stopped with " + gateway.inFlight(running.id)
                        + " requests of " + gateway.name + " in flight");
            }
        }
    }

    /** P1, P3: a request finds something that runs, and nothing stale. */
    void request(SimulatedGateway gateway, AppName app, FunctionRoute function) {
        requests++;
        if (!gateway.leased()) {
            return;
        }
        Registry.Life life = simulation.registry.apps.get(app);
        int live = life == null || life.stopped.isPresent() ? 0 : reportedLive.getOrDefault(life.id, 0);
        if (function.version() < live) {
            throw world.breach("P3: " + gateway.name + " sends a request of " + app + " to v" + function.version()
                    + "; v" + live + " was reported live");
        }
        boolean crashed = Stream.of(function.serving())
                .map(one -> simulation.running(one.id))
                .anyMatch(one -> one.isEmpty() || !one.get().ready() && !one.get().told);
        boolean there = Stream.of(function.serving())
                .anyMatch(one -> simulation
                        .running(one.id)
                        .filter(SimulatedNode.Running::ready)
                        .isPresent());
        if (!there && !crashed) {
            throw world.breach("P1: " + gateway.name + " has routes to v" + function.version() + " of " + app
                    + " alone, and none of its containers runs");
        }
    }

    /** P9: whatever a gateway knows, a request reaches no other app than the one that it is for. */
    void reaches(SimulatedGateway gateway, AppName app, Address at) {
        simulation.node(at.host()).stream()
                .flatMap(node -> node.containers.values().stream())
                .filter(running -> running.alive() && running.at.equals(at) && !running.app.equals(app))
                .findFirst()
                .ifPresent(running -> {
                    throw world.breach("P9: a request of " + gateway.name + " for " + app + " reaches " + running.id
                            + " of " + running.app + " at " + at);
                });
    }

    /** P4: what is exclusive on a node, here a port, is never held by two. */
    void ports() {
        for (SimulatedNode node : simulation.nodes) {
            Map<Integer, String> holders = new HashMap<>();
            for (SimulatedNode.Running running : node.containers.values()) {
                String other = running.alive() && running.port != 0 ? holders.put(running.port, running.id) : null;
                if (other != null) {
                    throw world.breach(
                            "P4: " + other + " and " + running.id + " hold port " + running.port + " of " + node.name);
                }
            }
        }
    }

    /** P8: what is not as wanted for over a second has a reason. */
    void reasons() {
        Optional<SimulatedLeader> leader = simulation.answering();
        if (leader.isEmpty()) {
            unexplained.clear();
            return;
        }
        for (AppName name : simulation.registry.apps.keySet()) {
            Optional<AppView> view = leader.get().cluster.view().app(name);
            boolean silent = view.isPresent()
                    && view.get().reasons().isEmpty()
                    && view.get().progress().isEmpty()
                    && !asWanted(view.get());
            if (!silent) {
                unexplained.remove(name);
            } else if (Duration.between(unexplained.computeIfAbsent(name, key -> world.now()), world.now())
                            .toMillis()
                    > 1_000) {
                throw world.breach("P8: " + name + " is not as wanted, and nothing says why: " + view.get());
            }
        }
    }

    private boolean asWanted(AppView view) {
        VersionSpec spec = simulation
                .database
                .versions
                .getOrDefault(view.id(), new TreeMap<>())
                .get(view.live());
        if (spec == null) {
            return true;
        }
        return spec.functions().stream()
                .allMatch(function -> view.containers().stream()
                                .filter(container -> container.version() == view.live()
                                        && container.running()
                                        && container.ready()
                                        && container.function().equals(function.name()))
                                .count()
                        >= Math.max(1, function.minContainers()));
    }

    /** When nothing is killed or lost any more, everything comes to its end. */
    void rest() {
        simulation.registry.names().forEach(this::routes);
        simulation
                .answering()
                .ifPresent(leader -> simulation.onlooker.rest(
                        simulation.registry.names(), leader.cluster.view(), simulation.database));
        List<AppId> known = new ArrayList<>(simulation.database.apps.keySet());
        for (Registry.Life life : simulation.registry.apps.values()) {
            known.remove(life.id);
            restOf(life);
        }
        for (AppId left : known) {
            boolean onGone = simulation.database.containers.values().stream()
                    .anyMatch(container -> container.app().equals(left)
                            && simulation
                                    .node(container.node())
                                    .filter(SimulatedNode::gone)
                                    .isPresent());
            if (!onGone) {
                throw world.breach("at rest, " + left + " (" + left.life() + ") is kept, though it was collected");
            }
        }
        simulation.database.rollouts.forEach(
                (id, rollouts) -> rollouts.values().forEach(rollout -> receipt(id, rollout)));
    }

    /** No gateway has routes of what was stopped or collected. */
    private void routes(AppName app) {
        Registry.Life life = simulation.registry.apps.get(app);
        if (life == null || life.stopped.isPresent()) {
            simulation.gateways.stream()
                    .filter(gateway -> gateway.routes(app))
                    .findFirst()
                    .ifPresent(gateway -> {
                        throw world.breach("at rest, " + gateway.name + " has routes of " + app + ", which is "
                                + (life == null ? "collected" : "stopped"));
                    });
        }
    }

    private void restOf(Registry.Life life) {
        AppId id = life.id;
        Map<Integer, Rollout> rollouts = simulation.database.rollouts.getOrDefault(id, new TreeMap<>());
        Rollout newest = rollouts.get(life.versions.lastKey());
        boolean stopped = life.stopped.isPresent();
        if (newest == null && !stopped) {
            throw world.breach("at rest, " + id + " v" + life.versions.lastKey() + " was never begun");
        }
        if (newest != null && newest.step().underWay()) {
            throw world.breach("at rest, " + id + " v" + newest.version() + " is still " + newest.step() + ": "
                    + simulation
                            .answering()
                            .flatMap(leader -> leader.cluster.view().app(id.name())));
        }
        Turn.AppRow row = simulation.database.apps.getOrDefault(id, new Turn.AppRow(id, 0, 0));
        if (stopped && row.live() != 0) {
            throw world.breach("at rest, " + id + " is stopped and v" + row.live() + " is live");
        }
        VersionSpec live = life.versions.get(row.live());
        if (live != null) {
            live.functions().forEach(function -> full(id, live.version(), function));
        }
        for (Container container : simulation.database.containers.values()) {
            boolean onGone = simulation
                    .node(container.node())
                    .filter(SimulatedNode::gone)
                    .isPresent();
            if (container.app().equals(id)
                    && !onGone
                    && (container.version() != row.live() || !(container.goal() instanceof Goal.Run))) {
                throw world.breach("at rest, " + container + " is left; live is v" + row.live());
            }
        }
        Set<Integer> needed = simulation.database.containers.values().stream()
                .filter(container -> container.app().equals(id))
                .map(Container::version)
                .collect(Collectors.toSet());
        needed.addAll(List.of(row.live(), row.begun(), life.versions.lastKey()));
        if (!needed.containsAll(
                simulation.database.versions.getOrDefault(id, new TreeMap<>()).keySet())) {
            throw world.breach("at rest, the specs of " + id + " v"
                    + simulation.database.versions.get(id).keySet() + " are kept; needed are v" + needed);
        }
    }

    private void full(AppId id, int version, FunctionSpec function) {
        long running = simulation.nodes.stream()
                .filter(node -> !node.gone())
                .flatMap(node -> node.containers.values().stream())
                .filter(one -> one.ready()
                        && one.app.equals(id.name())
                        && one.version == version
                        && one.function.equals(function.name()))
                .count();
        boolean explained = simulation
                .answering()
                .flatMap(leader -> leader.cluster.view().app(id.name()))
                .filter(view -> !view.reasons().isEmpty())
                .isPresent();
        if (running != Math.max(1, function.minContainers())
                && !(explained && function.kind().port() != 0)) {
            throw world.breach("at rest, " + id + " v" + version + " has " + running + " containers of "
                    + function.name() + " in place of " + function.minContainers());
        }
    }

    private void receipt(AppId id, Rollout rollout) {
        Receipt receipt = rollout.receipt();
        boolean waits = simulation.database.containers.values().stream()
                .anyMatch(container ->
                        container.app().equals(id) && container.draining().isPresent());
        if (!receipt.complete() && !waits) {
            throw world.breach("at rest, the receipt of " + id + " v" + rollout.version() + " is not complete");
        }
        if (receipt.inFlightAtCutover()
                != receipt.finished() + receipt.cutAtDeadline() + receipt.takenBack() + receipt.unaccounted()) {
            throw world.breach(
                    "at rest, the receipt of " + id + " v" + rollout.version() + " does not add up: " + receipt);
        }
        if (receipt.dropped() > 0) {
            throw world.breach("P2: the receipt of " + id + " v" + rollout.version() + " has dropped requests");
        }
    }
}
