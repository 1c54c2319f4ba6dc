package dev.berth.e2e.simulation;

import dev.berth.gateway.client.RouteMessages;
import dev.berth.gateway.routing.AppRoute;
import dev.berth.gateway.routing.FunctionRoute;
import dev.berth.gateway.routing.RouteSync;
import dev.berth.gateway.routing.RouteTable;
import dev.berth.gateway.traffic.Backend;
import dev.berth.gateway.traffic.Claim;
import dev.berth.scheduler.cluster.Routes;
import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.GatewayReport;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** A gateway: its requests, and what it says of them. Its routes and its claims are the real ones. */
final class SimulatedGateway {
    private static final Duration LEASE = Simulation.PATIENCE.gatewayLease();

    private static final Duration PATIENCE = Duration.ofMillis(RouteSync.REPORT_PATIENCE_MILLIS);

    /** One request that is in flight. */
    private static final class Request {
        final Claim claim;
        final Backend on;
        boolean over;

        Request(Claim claim) {
            this.claim = claim;
            on = claim.backend();
        }
    }

    final String name;
    private final Simulation simulation;
    private final World world;
    private RouteTable table = new RouteTable();
    private RouteSync sync = new RouteSync(table);
    private final Map<String, Set<Request>> inFlight = new HashMap<>();
    /** Draining containers whose deadline is being watched. */
    private final Set<String> watched = new HashSet<>();

    private int incarnation;
    private long statuses;
    private long reads;
    /** The question to the scheduler that is under way; 0 for none. */
    private long pending;

    private boolean alive = true;
    private Instant pausedUntil = Instant.MIN;
    private Instant cutOffUntil = Instant.MIN;
    /** When it last said or asked something that any scheduler that listens hears in time. */
    private Instant voiceAt = Instant.MIN;
    /** After a silence: from when on that has come. */
    private Instant voiceFrom = Instant.MIN;

    private boolean silentRead;

    SimulatedGateway(Simulation simulation, String name) {
        this.simulation = simulation;
        this.name = name;
        world = simulation.world;
    }

    String life() {
        return name + "/" + incarnation;
    }

    private boolean awake() {
        return alive && !world.now().isBefore(pausedUntil);
    }

    private boolean connected() {
        return awake() && !world.now().isBefore(cutOffUntil);
    }

    private long millis() {
        return Duration.between(World.START, world.now()).toMillis();
    }

    /** True where whoever listened for a lease has heard of it: its lease lives, be the leader frozen or not. */
    boolean leased() {
        return alive && table.loaded() && lasts(voiceAt) && !world.now().isBefore(voiceFrom);
    }

    private boolean lasts(Instant voice) {
        return !voice.plus(LEASE).minusMillis(600).isBefore(world.now());
    }

    private void speaks(Instant at) {
        if (!lasts(voiceAt)) {
            voiceFrom = world.now().plusMillis(100);
        }
        voiceAt = at;
    }

    /** What it had in flight dies with it; its clients know that it did. */
    void die() {
        world.note(name + " dies");
        alive = false;
        inFlight.values().forEach(requests -> requests.forEach(request -> request.over = true));
        inFlight.clear();
        watched.clear();
        pending = 0;
        table = new RouteTable();
        sync = new RouteSync(table);
        voiceAt = Instant.MIN;
        silentRead = false;
        incarnation++;
        world.at(world.between(100, 6_000), () -> {
            alive = true;
            act(sync.begin());
        });
    }

    private void act(Set<RouteSync.Act> acts) {
        for (RouteSync.Act act : acts) {
            switch (act) {
                case READ -> read();
                case REPORT -> report();
            }
        }
    }

    /** Does something in this life of the gateway, unless it is over. */
    private void later(Duration after, Supplier<Set<RouteSync.Act>> what) {
        int born = incarnation;
        world.at(after, () -> {
            if (incarnation == born) {
                act(what.get());
            }
        });
    }

    /** It stands still, and what it has in flight goes on in its sockets. */
    void pause(Duration length) {
        world.note(name + " stands still for " + length.toMillis() + " ms");
        pausedUntil = world.now().plus(length);
    }

    /** It hears and asks nobody, and goes on from its last routes. */
    void cutOff(Duration length) {
        world.note(name + " is cut off for " + length.toMillis() + " ms");
        cutOffUntil = world.now().plus(length);
    }

    private static RouteTable.Change change(long epoch, Routes routes) {
        return RouteMessages.change(dev.berth.scheduler.client.RouteMessages.of(routes, epoch));
    }

    void routes(long by, Routes routes) {
        if (connected()) {
            Set<RouteSync.Act> acts = sync.apply(change(by, routes), millis());
            watchDrains();
            act(acts);
        }
    }

    void head(long by, long newest) {
        if (connected()) {
            act(sync.head(by, newest));
        }
    }

    /** All routes, from the scheduler that leads; by another road than the bus. Where nobody answers, it tries again. */
    private void read() {
        RouteSync asking = sync;
        long asked = ++reads;
        if (!connected()) {
            later(Duration.ofMillis(300), asking::readFailed);
            return;
        }
        later(Duration.ofSeconds(3), () -> reads == asked && pending == asked ? failed(asking) : Set.of());
        pending = asked;
        world.at(
                world.between(1, 20),
                () -> simulation
                        .answering()
                        .ifPresentOrElse(
                                leader -> leader.hear(now -> answer(leader, asked, now)),
                                () -> later(
                                        Duration.ofMillis(300), () -> pending == asked ? failed(asking) : Set.of())));
    }

    private Set<RouteSync.Act> failed(RouteSync asking) {
        pending = 0;
        return asking.readFailed();
    }

    private void answer(SimulatedLeader leader, long asked, Instant now) {
        leader.cluster.gatewayReads(name, String.format("%06d", incarnation), now);
        if (pending != asked) {
            return;
        }
        boolean begins = !silentRead;
        silentRead = true;
        long by = leader.epoch();
        long sequence = leader.cluster.sequence();
        boolean incomplete = leader.cluster.mayBeIncomplete(now);
        List<RouteTable.Change> all = leader.cluster.allRoutes().stream()
                .map(routes -> change(by, routes))
                .toList();
        later(world.between(1, 20), () -> {
            if (pending != asked || world.now().isBefore(cutOffUntil)) {
                return Set.of();
            }
            pending = 0;
            if (begins) {
                speaks(now);
            }
            Set<RouteSync.Act> acts = sync.load(by, sequence, all, incomplete, millis());
            watchDrains();
            return acts;
        });
    }

    /** What is in flight on a draining container is cut at its deadline. */
    private void watchDrains() {
        int born = incarnation;
        table.drains(millis()).keySet().stream().filter(watched::add).forEach(id -> {
            Set<Request> there = inFlight.getOrDefault(id, Set.of());
            there.stream()
                    .findAny()
                    .map(request -> request.on.deadline())
                    .filter(at -> at != Long.MAX_VALUE)
                    .ifPresent(at -> world.at(Duration.ofMillis(at - millis()), () -> {
                        if (incarnation == born) {
                            cut(id);
                        }
                    }));
        });
        watched.retainAll(table.drains(millis()).keySet());
    }

    private void cut(String container) {
        for (Request request : Set.copyOf(inFlight.getOrDefault(container, Set.of()))) {
            if (request.on.deadline() <= millis()) {
                if (!request.on.draining()) {
                    throw world.breach("P2: " + name + " cuts a request on " + container + ", which serves");
                }
                end(request, Backend.End.CUT);
            }
        }
    }

    void start() {
        act(sync.begin());
        beat();
        request();
    }

    private void beat() {
        if (awake()) {
            act(sync.report(millis()));
        }
        world.at(Duration.ofMillis(500), this::beat);
    }

    private void report() {
        RouteSync reporting = sync;
        if (!connected()) {
            later(PATIENCE, () -> unheard(reporting));
            return;
        }
        Map<String, GatewayReport.Drain> drains = new HashMap<>();
        table.drains(millis())
                .forEach((id, drain) -> drains.put(
                        id,
                        new GatewayReport.Drain(
                                drain.inFlightAtCutover(),
                                drain.inFlight(),
                                drain.finished(),
                                drain.abandoned(),
                                drain.cut(),
                                drain.dropped(),
                                drain.millis())));
        GatewayReport report = new GatewayReport(
                name, String.format("%06d", incarnation), ++statuses, table.epoch(), table.sequence(), drains, false);
        Instant began = world.now();
        boolean[] stored = new boolean[1];
        boolean frozen = world.busIsFrozen();
        boolean comes = world.send(() -> {
            if (sync == reporting && !stored[0]) {
                stored[0] = true;
                silentRead = false;
                act(sync.reported(millis()));
            }
            simulation.leaders().forEach(leader -> leader.hear(now -> leader.cluster.gateway(report, now)));
        });
        later(PATIENCE, () -> stored[0] ? Set.of() : unheard(reporting));
        if (comes || frozen) {
            speaks(began);
        }
    }

    private static Set<RouteSync.Act> unheard(RouteSync reporting) {
        reporting.reportFailed();
        return Set.of();
    }

    /** True where it would send requests of the app somewhere. */
    boolean routes(AppName app) {
        return table.app(app.app() + "-web") != null || table.app(app.app() + "-admin") != null;
    }

    /** How many are in flight on a container, and not past its deadline. */
    int inFlight(String container) {
        return (int) inFlight.getOrDefault(container, Set.of()).stream()
                .filter(request -> request.on.deadline() > millis())
                .count();
    }

    private void request() {
        world.at(world.between(50, 400), this::request);
        AppName app = Registry.name(world.random.nextInt(3));
        String label = app.app() + (world.chance(70) ? "-web" : "-admin");
        AppRoute route = awake() ? table.app(label) : null;
        FunctionRoute function = route == null ? null : route.function(label);
        Claim claim = function == null ? null : function.claim(null, millis(), world.random);
        if (claim == null) {
            return;
        }
        Backend claimed = claim.backend();
        simulation.checks.request(this, app, function);
        simulation.checks.reaches(this, app, new Address(claimed.host, claimed.port));
        Request request = new Request(claim);
        inFlight.computeIfAbsent(claimed.id, id -> new HashSet<>()).add(request);
        if (simulation.running(claimed.id).filter(SimulatedNode.Running::ready).isEmpty()) {
            claimed.unreachable(millis());
            end(request, Backend.End.UNDELIVERED);
        } else {
            claimed.reached();
            world.at(world.between(10, world.chance(10) ? 15_000 : 800), () -> end(request, Backend.End.FINISHED));
        }
    }

    private void end(Request request, Backend.End how) {
        if (request.over) {
            return;
        }
        request.over = true;
        inFlight.get(request.on.id).remove(request);
        if (request.claim.end(how, millis()) && awake()) {
            act(sync.report(millis()));
        }
    }
}
