package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.GatewayReport;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.Phase;
import dev.berth.scheduler.fleet.VersionSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One app's life in virtual time, from one seed: deploys good and bad, rollbacks, rollovers, stops; agents, gateways and
 * a leader that are killed at any moment; messages that are lost, repeated and overtaken. The conductor is the real one.
 * After each event the promises are checked; a breach names the seed.
 */
final class Simulation {
    static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final AppId APP = new AppId("main", "app");

    private record Event(Instant at, long order, Runnable what) {}

    private final long seed;
    private final Random random;
    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) -> a.at().equals(b.at())
            ? Long.compare(a.order(), b.order())
            : a.at().compareTo(b.at()));
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long nextOrder;
    private final java.util.ArrayDeque<String> trace = new java.util.ArrayDeque<>();
    private boolean calm;

    // The registry.
    private final TreeMap<Integer, VersionSpec> versions = new TreeMap<>();
    private boolean stopped;

    // What is committed.
    private final Map<String, Container> storedContainers = new LinkedHashMap<>();
    private final TreeMap<Integer, Rollout> storedRollouts = new TreeMap<>();
    private final Map<Integer, VersionSpec> storedVersions = new HashMap<>();
    /** Told to the present leader, and not committed by it yet. */
    private final Map<Integer, VersionSpec> fetched = new HashMap<>();
    private Turn.AppRow storedApp = new Turn.AppRow(APP, 0, 0);
    private long epoch;
    private long sequence;

    private Conductor leader;
    private int ids;
    private final List<Agent> agents = new ArrayList<>();
    private final List<Gateway> gateways = new ArrayList<>();
    /** The newest version that a committed rollout has reported live while the app was not stopped. */
    private int reportedLive;
    private int requests;
    /** By container, the gateways whose lease lived when it was decided that it stops. */
    private final Map<String, Set<String>> liveAtStop = new HashMap<>();

    Simulation(long seed, int nodes, int gatewayCount) {
        this.seed = seed;
        random = new Random(seed);
        for (int i = 0; i < nodes; i++) {
            agents.add(new Agent("node-" + i));
        }
        for (int i = 0; i < gatewayCount; i++) {
            gateways.add(new Gateway("gateway-" + i));
        }
    }

    private void at(Duration later, Runnable what) {
        events.add(new Event(now.plus(later), nextOrder++, what));
    }

    private Duration between(int least, int most) {
        return Duration.ofMillis(least + random.nextInt(most - least + 1));
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** A message: lost, repeated, late. */
    private void send(Runnable delivery) {
        if (calm) {
            at(Duration.ofMillis(1), delivery);
            return;
        }
        if (!chance(8)) {
            at(between(0, chance(10) ? 2_000 : 60), delivery);
        }
        if (chance(8)) {
            at(between(0, 1_500), delivery);
        }
    }

    /** The last of what happened, for the one who reads a breach. */
    private void note(String what) {
        trace.add(Duration.between(Instant.parse("2026-01-01T00:00:00Z"), now) + " " + what);
        if (trace.size() > 40) {
            trace.removeFirst();
        }
    }

    AssertionError breach(String promise) {
        return new AssertionError(String.join("\n", trace) + "\nseed " + seed + " at "
                + Duration.between(Instant.parse("2026-01-01T00:00:00Z"), now)
                + ": " + promise);
    }

    /** Runs it; gives how many requests it made. */
    int run() {
        agents.forEach(agent -> at(between(0, 500), agent::beat));
        gateways.forEach(gateway -> at(between(0, 500), gateway::beat));
        gateways.forEach(gateway -> at(between(0, 500), gateway::request));
        startLeader();
        tickLeader();
        for (int i = 0; i < 12; i++) {
            at(between(0, 60_000), this::changeSomething);
        }
        for (int i = 0; i < 10; i++) {
            at(between(0, 65_000), this::killSomething);
        }
        at(Duration.ofSeconds(70), () -> calm = true);
        Instant end = now.plus(Duration.ofSeconds(150));
        while (!events.isEmpty() && events.peek().at().isBefore(end)) {
            Event event = events.poll();
            now = event.at();
            event.what().run();
            checkPorts();
        }
        checkRest();
        return requests;
    }

    private void changeSomething() {
        int kind = random.nextInt(10);
        int number = versions.isEmpty() ? 1 : versions.lastKey() + 1;
        if (kind < 6 || versions.isEmpty()) {
            boolean bad = chance(25);
            versions.put(number, new VersionSpec(number, (bad ? "bad-" : "good-") + random.nextInt(1_000_000), false,
                    chance(10), List.of(function(1 + random.nextInt(3)))));
        } else if (kind < 8) {
            VersionSpec old = versions.get(1 + random.nextInt(versions.lastKey()));
            versions.put(number, new VersionSpec(number, old.digest(), false, old.recreate(), old.functions()));
        } else if (kind < 9) {
            VersionSpec old = versions.lastEntry().getValue();
            versions.put(number, new VersionSpec(number, old.digest(), true, old.recreate(), old.functions()));
        } else {
            stopped = true;
            send(this::tellLeader);
            return;
        }
        stopped = false;
        send(this::tellLeader);
    }

    private FunctionSpec function(int containers) {
        return new FunctionSpec("web", 100, 1 << 20, chance(30) ? 8_000 : 0, containers, TIMEOUT, Duration.ofSeconds(5),
                List.of("app-web", "app"));
    }

    private void killSomething() {
        if (calm) {
            return;
        }
        switch (random.nextInt(4)) {
            case 0 -> {
                leader = null;
                at(between(10, 4_000), this::startLeader);
            }
            case 1 -> agents.get(random.nextInt(agents.size())).die();
            case 2 -> agents.get(random.nextInt(agents.size())).vanish();
            default -> gateways.get(random.nextInt(gateways.size())).die();
        }
    }

    private void startLeader() {
        if (leader != null) {
            return;
        }
        epoch++;
        note("a leader starts");
        fetched.clear();
        leader = new Conductor(epoch, sequence, LEASE, Duration.ofSeconds(15), () -> "c" + ids++);
        List<Rollout> rollouts = storedRollouts.values().stream().filter(rollout -> !rollout.receipt().complete()
                || rollout.version() == storedApp.live() || rollout.version() == storedApp.begun()).toList();
        leader.restore(storedApp, storedVersions.values(), rollouts, List.copyOf(storedContainers.values()), now);
        leader.bus(true, now);
        tellLeader();
    }

    /** What the registry's list says; the leader fetches the newest spec. */
    private void tellLeader() {
        if (leader != null && !versions.isEmpty()) {
            leader.head(APP, versions.lastKey(), stopped, "tester");
            if (leader.lacks(APP, versions.lastKey())) {
                fetched.put(versions.lastKey(), versions.lastEntry().getValue());
                leader.version(APP, versions.lastEntry().getValue());
            }
            turn();
        }
    }

    private void tickLeader() {
        if (leader != null) {
            if (chance(20)) {
                tellLeader();
            }
            turn();
        }
        at(Duration.ofMillis(100), this::tickLeader);
    }

    private void turn() {
        Conductor mine = leader;
        if (mine == null) {
            return;
        }
        Turn turn = mine.turn(now);
        if (!calm && chance(1)) {
            // Killed before the commit: nothing of this turn ever was.
            leader = null;
            at(between(10, 4_000), this::startLeader);
            return;
        }
        commit(turn);
        if (!calm && chance(1)) {
            // Killed after the commit, before anything was sent.
            leader = null;
            at(between(10, 4_000), this::startLeader);
            return;
        }
        long by = mine.epoch();
        for (String node : turn.orders()) {
            Conductor.Order order = mine.order(node);
            Agent agent = agents.stream().filter(one -> one.name.equals(node)).findFirst().orElseThrow();
            send(() -> agent.order(by, order));
        }
        for (Routes routes : turn.routes()) {
            gateways.forEach(gateway -> send(() -> gateway.routes(by, routes)));
        }
        long head = turn.sequence();
        gateways.forEach(gateway -> send(() -> gateway.head(by, head)));
    }

    private void commit(Turn turn) {
        storedVersions.putAll(fetched);
        fetched.clear();
        turn.unneeded().forEach(key -> storedVersions.remove(key.version()));
        turn.apps().forEach(row -> storedApp = row);
        turn.rollouts().forEach(row -> {
            Rollout rollout = row.rollout();
            storedRollouts.put(rollout.version(), rollout);
            if (rollout.step() == Rollout.Step.LIVE) {
                reportedLive = Math.max(reportedLive, rollout.version());
            }
        });
        turn.containers().forEach(container -> {
            storedContainers.put(container.id(), container);
            note("epoch " + epoch + ": " + container.id() + " v" + container.version() + " " + container.goal() + " "
                    + container.phase() + " drained at " + container.drainSequence() + " until "
                    + container.drainDeadline());
        });
        turn.containers().stream().filter(container -> container.goal() == Goal.STOP)
                .forEach(container -> liveAtStop.computeIfAbsent(container.id(), id -> gateways.stream()
                        .filter(Gateway::leased).map(gateway -> gateway.name + gateway.incarnation)
                        .collect(Collectors.toSet())));
        turn.gone().forEach(storedContainers::remove);
        sequence = turn.sequence();
        checkNeverWorse();
    }

    /** P1: the live version is one that was proven ready, and only a newer proven one or a stop replaces it. */
    private void checkNeverWorse() {
        if (storedApp.live() != 0 && versions.get(storedApp.live()).digest().startsWith("bad")) {
            throw breach("P1: v" + storedApp.live() + " never gets ready, and is live");
        }
    }

    /** P4: what is exclusive on a node, here a port, is never held by two. */
    private void checkPorts() {
        for (Agent agent : agents) {
            long holders = agent.containers.values().stream().filter(one -> !one.phase.gone() && one.port == 8_000)
                    .count();
            if (holders > 1) {
                throw breach("P4: two containers hold port 8000 of " + agent.name);
            }
        }
    }

    /** When nothing is killed or lost any more, everything comes to its end. */
    private void checkRest() {
        if (versions.isEmpty()) {
            return;
        }
        Rollout newest = storedRollouts.get(versions.lastKey());
        if (newest == null && !stopped) {
            throw breach("v" + versions.lastKey() + " was never begun");
        }
        if (newest != null && newest.step().underWay()) {
            throw breach("v" + newest.version() + " is still " + newest.step() + ": "
                    + leader.overview().progress(APP, newest.version()));
        }
        VersionSpec live = versions.get(storedApp.live());
        if (stopped
                ? live != null
                : live != null && !agents.isEmpty() && running(live) != live.functions().getFirst().containers()
                        && fits(live)) {
            throw breach("at rest, v" + storedApp.live() + " has " + (live == null ? 0 : running(live))
                    + " containers; stopped: " + stopped);
        }
        for (Container container : storedContainers.values()) {
            if (container.version() != storedApp.live() || container.goal() != Goal.RUN) {
                throw breach("at rest, " + container + " is left");
            }
        }
        if (storedVersions.size() > 3) {
            throw breach("at rest, the specs of v" + storedVersions.keySet() + " are kept");
        }
        for (Rollout rollout : storedRollouts.values()) {
            if (!rollout.receipt().complete()) {
                throw breach("at rest, the receipt of v" + rollout.version() + " is not complete");
            }
            Receipt receipt = rollout.receipt();
            if (receipt.inFlightAtCutover() != receipt.finished() + receipt.takenBack() + receipt.unaccounted()) {
                throw breach("at rest, the receipt of v" + rollout.version() + " does not add up: " + receipt);
            }
            if (receipt.dropped() > 0) {
                throw breach("P2: the receipt of v" + rollout.version() + " has dropped requests");
            }
        }
    }

    private boolean fits(VersionSpec spec) {
        FunctionSpec function = spec.functions().getFirst();
        return function.port() == 0 || function.containers() <= agents.size();
    }

    private long running(VersionSpec spec) {
        return agents.stream().flatMap(agent -> agent.containers.values().stream())
                .filter(one -> one.version == spec.version() && one.phase == Phase.READY).count();
    }

    /** A process on a node, as it really is. */
    private static final class Running {
        int version;
        int port;
        Phase phase = Phase.STARTING;
        boolean wanted = true;
        boolean timedOut;
    }

    private final class Agent {
        final String name;
        final Map<String, Running> containers = new LinkedHashMap<>();
        private long knownEpoch;
        private long generation;
        private int incarnation;
        private long beats;
        private boolean alive = true;
        private boolean ordered;

        Agent(String name) {
            this.name = name;
        }

        /** Unheard and deaf for so long that its node counts as lost. The containers run on. */
        void vanish() {
            alive = false;
            at(between(16_000, 25_000), () -> alive = true);
        }

        /** The containers run on. */
        void die() {
            alive = false;
            at(between(100, 5_000), () -> {
                alive = true;
                ordered = false;
                incarnation++;
                beats = 0;
            });
        }

        void order(long by, Conductor.Order order) {
            if (!alive || by < knownEpoch || by == knownEpoch && order.generation() < generation) {
                return;
            }
            knownEpoch = by;
            generation = order.generation();
            ordered = true;
            Map<String, Container> wanted = new HashMap<>();
            order.containers().forEach(container -> wanted.put(container.id(), container));
            for (Container container : order.containers()) {
                Running running = containers.get(container.id());
                if (running == null) {
                    start(container);
                } else {
                    running.version = container.version();
                    if (container.goal() == Goal.STOP) {
                        stop(container.id(), running);
                    }
                }
            }
            for (String id : List.copyOf(containers.keySet())) {
                if (!wanted.containsKey(id)) {
                    if (containers.get(id).phase.gone()) {
                        containers.remove(id);
                    } else {
                        stop(id, containers.get(id));
                    }
                }
            }
        }

        private void start(Container container) {
            Running running = new Running();
            running.version = container.version();
            VersionSpec spec = versions.get(container.version());
            running.port = spec.functions().getFirst().port();
            containers.put(container.id(), running);
            if (container.goal() == Goal.STOP) {
                running.phase = Phase.STOPPED;
                return;
            }
            boolean bad = spec.digest().startsWith("bad");
            at(bad ? between(50, 5_000) : between(50, 1_500), () -> {
                if (running.phase == Phase.STARTING) {
                    running.phase = bad ? Phase.FAILED : Phase.READY;
                    running.timedOut = bad && chance(30);
                    report();
                }
            });
        }

        private void stop(String id, Running running) {
            if (!running.wanted || running.phase.gone()) {
                return;
            }
            running.wanted = false;
            // P2: a container is told to stop when no live gateway has anything in flight on it, or its time is over.
            gateways.forEach(gateway -> gateway.checkMayStop(id));
            running.phase = Phase.STOPPING;
            at(between(5, 300), () -> {
                running.phase = Phase.STOPPED;
                report();
            });
        }

        void beat() {
            report();
            at(Duration.ofSeconds(1), this::beat);
        }

        private void report() {
            if (!alive) {
                return;
            }
            List<NodeReport.Seen> seen = new ArrayList<>();
            containers.forEach((id, running) -> seen
                    .add(new NodeReport.Seen(id, running.phase, "", "host", 1, running.timedOut)));
            NodeReport report = new NodeReport(name, String.format("%06d", incarnation), ++beats,
                    ordered ? knownEpoch : 0,
                    ordered ? generation : 0, 2_000, 1L << 30, seen);
            send(() -> {
                if (leader != null) {
                    leader.node(report, now);
                    turn();
                }
            });
        }
    }

    private final class Gateway {
        private final String name;
        private long knownEpoch;
        private long applied = -1;
        private List<Routes.Function> table = List.of();
        private final Map<String, Integer> inFlight = new HashMap<>();
        private final Map<String, Integer> atCutover = new HashMap<>();
        private final Map<String, Instant> draining = new HashMap<>();
        private int incarnation;
        private long statuses;
        private boolean alive = true;
        private Instant heard = Instant.MIN;
        private Instant leaseFrom = Instant.MIN;
        /** Its lease began by reading all routes, and it was not heard since. */
        private boolean silent;

        Gateway(String name) {
            this.name = name;
        }

        /** What it had in flight dies with it; its clients know that it did. */
        void die() {
            note(name + " dies");
            alive = false;
            inFlight.clear();
            draining.clear();
            atCutover.clear();
            table = List.of();
            applied = -1;
            leaseFrom = Instant.MIN;
            silent = false;
            incarnation++;
            at(between(100, 6_000), () -> alive = true);
        }

        void routes(long by, Routes routes) {
            if (!alive || by < knownEpoch || applied >= routes.sequence()) {
                return;
            }
            if (applied < 0 || routes.previous() != applied) {
                read();
                return;
            }
            apply(by, routes.sequence(), routes.functions());
        }

        void head(long by, long newest) {
            if (alive && by >= knownEpoch && newest > applied) {
                read();
            }
        }

        /** All routes, from the leader itself. */
        private void read() {
            if (leader != null && leader.epoch() >= knownEpoch && leader.sequence() >= applied) {
                leader.gatewayReads(name, String.format("%06d", incarnation), now);
                if (!silent) {
                    leaseFrom = now;
                    silent = true;
                }
                List<Routes.Function> all = leader.allRoutes().isEmpty()
                        ? List.of()
                        : leader.allRoutes().getFirst().functions();
                apply(leader.epoch(), leader.sequence(), all);
            }
        }

        private void apply(long by, long newest, List<Routes.Function> functions) {
            note(name + " applies " + by + "/" + newest + ", in flight " + inFlight);
            knownEpoch = by;
            applied = newest;
            table = functions;
            Map<String, Instant> now_ = new HashMap<>();
            functions.forEach(function -> function.containers().stream().filter(one -> one.drainDeadline() != null)
                    .forEach(one -> now_.put(one.id(), one.drainDeadline())));
            now_.forEach((id, deadline) -> {
                if (!draining.containsKey(id)) {
                    atCutover.put(id, inFlight.getOrDefault(id, 0));
                }
            });
            draining.clear();
            draining.putAll(now_);
            status();
        }

        void beat() {
            if (alive && applied >= 0) {
                if (heard.plus(LEASE.dividedBy(2)).isBefore(now)) {
                    read();
                } else {
                    status();
                }
            } else if (alive) {
                read();
            }
            at(Duration.ofMillis(500), this::beat);
        }

        private void status() {
            Map<String, GatewayReport.Drain> drains = new HashMap<>();
            draining.keySet().forEach(id -> drains.put(id, new GatewayReport.Drain(atCutover.get(id),
                    inFlight.getOrDefault(id, 0), atCutover.get(id) - inFlight.getOrDefault(id, 0), 0, 0, 0, 0)));
            GatewayReport report = new GatewayReport(name, String.format("%06d", incarnation), ++statuses, knownEpoch,
                    applied, drains);
            send(() -> {
                if (leader != null) {
                    heard = now;
                    leaseFrom = now;
                    silent = false;
                    note("heard " + report);
                    leader.gateway(report, now);
                    turn();
                }
            });
        }

        /** Whether its lease lives, be the leader that gave it still there or not. */
        private boolean leased() {
            return alive && !leaseFrom.plus(LEASE).isBefore(now);
        }

        void checkMayStop(String id) {
            Instant deadline = draining.get(id);
            boolean over = deadline != null && !now.isBefore(deadline);
            boolean counted = liveAtStop.getOrDefault(id, Set.of(name + incarnation)).contains(name + incarnation);
            if (leased() && counted && inFlight.getOrDefault(id, 0) > 0 && !over) {
                throw breach(
                        "P2: " + id + " was stopped with " + inFlight.get(id) + " requests of " + name + " in flight");
            }
        }

        void request() {
            at(between(50, 400), this::request);
            if (!alive) {
                return;
            }
            List<Routes.Backend> serving = new ArrayList<>();
            int version = 0;
            for (Routes.Function function : table) {
                if (function.live()) {
                    version = function.version();
                    function.containers().stream().filter(one -> one.drainDeadline() == null).forEach(serving::add);
                }
            }
            if (version == 0 || serving.isEmpty()) {
                return;
            }
            requests++;
            if (leased() && !stopped && version < reportedLive && statuses > 1) {
                throw breach("P3: " + name + " sends a request to v" + version + "; v" + reportedLive
                        + " was reported live");
            }
            Routes.Backend backend = serving.get(random.nextInt(serving.size()));
            boolean there = serving.stream()
                    .anyMatch(one -> agents.stream().map(agent -> agent.containers.get(one.id()))
                            .anyMatch(running -> running != null && running.phase == Phase.READY));
            if (!there && leased()) {
                throw breach("P1: " + name + " has routes to v" + version + " alone, and none of its containers runs");
            }
            if (there) {
                inFlight.merge(backend.id(), 1, Integer::sum);
                int born = incarnation;
                at(between(10, chance(10) ? 15_000 : 800), () -> {
                    if (incarnation == born) {
                        inFlight.merge(backend.id(), -1, Integer::sum);
                        if (draining.containsKey(backend.id())) {
                            status();
                        }
                    }
                });
            }
        }
    }
}
