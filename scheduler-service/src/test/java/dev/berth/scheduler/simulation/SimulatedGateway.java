package dev.berth.scheduler.simulation;

import dev.berth.scheduler.cluster.Routes;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.GatewayReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A gateway: its table, its requests, and what it says of both. */
final class SimulatedGateway {
    private static final Duration LEASE = Simulation.PATIENCE.gatewayLease();

    final String name;
    private final Simulation simulation;
    private final World world;
    private long epoch;
    private long applied = -1;
    private final Map<AppName, List<Routes.Function>> table = new TreeMap<>();
    private final Map<String, Integer> inFlight = new HashMap<>();
    private final Map<String, Integer> atCutover = new HashMap<>();
    private final Map<String, Instant> draining = new HashMap<>();
    private int incarnation;
    private long statuses;
    private long reads;
    private boolean alive = true;
    private Instant pausedUntil = Instant.MIN;
    private Instant cutOffUntil = Instant.MIN;
    /** When its last report was begun that the bus has confirmed. */
    private Instant confirmedAt = Instant.MIN;
    /** When it last said or asked something that any scheduler that listens hears in time. */
    private Instant voiceAt = Instant.MIN;
    private boolean reading;
    private boolean silentRead;

    SimulatedGateway(Simulation simulation, String name) {
        this.simulation = simulation;
        this.name = name;
        world = simulation.world;
    }

    String start() {
        return name + "/" + incarnation;
    }

    private boolean awake() {
        return alive && !world.now().isBefore(pausedUntil);
    }

    /** True where whoever listened for a lease has heard of it: its lease lives, be the leader frozen or not. */
    boolean leased() {
        return alive && applied >= 0 && !voiceAt.plus(LEASE).minusMillis(600).isBefore(world.now());
    }

    /** What it had in flight dies with it; its clients know that it did. */
    void die() {
        world.note(name + " dies");
        alive = false;
        inFlight.clear();
        draining.clear();
        atCutover.clear();
        table.clear();
        applied = -1;
        voiceAt = Instant.MIN;
        confirmedAt = Instant.MIN;
        reading = false;
        silentRead = false;
        incarnation++;
        world.at(world.between(100, 6_000), () -> alive = true);
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

    private boolean connected() {
        return awake() && !world.now().isBefore(cutOffUntil);
    }

    void routes(long by, Routes routes) {
        if (!connected() || by < epoch || applied >= routes.sequence()) {
            return;
        }
        if (applied < 0 || routes.previous() != applied) {
            read();
            return;
        }
        set(routes.app(), routes.functions());
        accept(by, routes.sequence());
    }

    void head(long by, long newest) {
        if (connected() && by >= epoch && newest > applied) {
            read();
        }
    }

    /** All routes, from the scheduler that leads; by another road than the bus. */
    private void read() {
        if (reading || !connected()) {
            return;
        }
        reading = true;
        int born = incarnation;
        long asked = ++reads;
        world.at(Duration.ofSeconds(3), () -> {
            // No answer: who was asked died of it, or stands still.
            if (incarnation == born && reads == asked) {
                reading = false;
            }
        });
        world.at(world.between(1, 20), () -> simulation.answering().ifPresentOrElse(leader -> leader.hear(now -> {
            leader.cluster.gatewayReads(name, String.format("%06d", incarnation), now);
            if (incarnation != born) {
                return;
            }
            boolean begins = !silentRead;
            silentRead = true;
            long by = leader.epoch();
            long sequence = leader.cluster.sequence();
            boolean incomplete = leader.cluster.mayBeIncomplete(now);
            List<Routes> all = leader.cluster.allRoutes();
            world.at(world.between(1, 20), () -> {
                if (incarnation == born) {
                    reading = false;
                    if (begins) {
                        voiceAt = now;
                    }
                    load(by, sequence, incomplete, all);
                }
            });
        }), () -> world.at(Duration.ofMillis(300), () -> {
            if (incarnation == born) {
                reading = false;
            }
        })));
    }

    private void load(long by, long sequence, boolean incomplete, List<Routes> all) {
        if (!alive || by < epoch || sequence < applied || world.now().isBefore(cutOffUntil)) {
            return;
        }
        Set<AppName> gone = new HashSet<>(table.keySet());
        all.forEach(routes -> {
            set(routes.app(), routes.functions());
            gone.remove(routes.app());
        });
        if (!incomplete) {
            gone.forEach(app -> set(app, List.of()));
        }
        confirmedAt = world.now();
        accept(by, sequence);
    }

    private void set(AppName app, List<Routes.Function> functions) {
        table.put(app, functions);
    }

    private void accept(long by, long sequence) {
        epoch = by;
        applied = sequence;
        Map<String, Instant> drains = new HashMap<>();
        Instant now = world.now();
        table.values().forEach(functions -> functions.forEach(function -> function.containers().forEach(
                one -> one.drain().ifPresent(
                        left -> drains.put(one.id(), draining.getOrDefault(one.id(), now.plus(left)))))));
        drains.keySet().forEach(id -> {
            if (!draining.containsKey(id)) {
                atCutover.put(id, inFlight.getOrDefault(id, 0));
            }
        });
        draining.clear();
        draining.putAll(drains);
        report();
    }

    void beat() {
        if (awake()) {
            report();
        }
        world.at(Duration.ofMillis(500), this::beat);
    }

    private void report() {
        if (!connected()) {
            return;
        }
        if (applied < 0 || confirmedAt.plus(LEASE.dividedBy(2)).isBefore(world.now())) {
            // After a gap it reads the newest routes before its lease goes on.
            read();
            return;
        }
        Map<String, GatewayReport.Drain> drains = new HashMap<>();
        draining.keySet().forEach(id -> drains.put(id, new GatewayReport.Drain(atCutover.get(id),
                inFlight.getOrDefault(id, 0), atCutover.get(id) - inFlight.getOrDefault(id, 0), 0, 0, 0, 0)));
        GatewayReport report = new GatewayReport(name, String.format("%06d", incarnation), ++statuses, epoch, applied,
                drains, false);
        Instant began = world.now();
        int born = incarnation;
        boolean frozen = world.busIsFrozen();
        boolean comes = world.send(() -> {
            if (incarnation == born) {
                confirmedAt = began.isAfter(confirmedAt) ? began : confirmedAt;
                silentRead = false;
            }
            simulation.leaders().forEach(leader -> leader.hear(now -> leader.cluster.gateway(report, now)));
        });
        if (comes || frozen) {
            voiceAt = began;
        }
    }

    /** How many are in flight on a container, and not past its deadline. */
    int inFlight(String container) {
        Instant deadline = draining.get(container);
        boolean over = deadline != null && !world.now().isBefore(deadline);
        return over ? 0 : inFlight.getOrDefault(container, 0);
    }

    void request() {
        world.at(world.between(50, 400), this::request);
        if (!awake() || table.isEmpty()) {
            return;
        }
        List<AppName> apps = List.copyOf(table.keySet());
        AppName app = apps.get(world.random.nextInt(apps.size()));
        List<Routes.Function> live = table.get(app).stream().filter(Routes.Function::live).toList();
        if (live.isEmpty()) {
            return;
        }
        Routes.Function function = live.get(world.random.nextInt(live.size()));
        List<Routes.Serving> serving = new ArrayList<>();
        function.containers().stream().filter(one -> one.drain().isEmpty()).forEach(serving::add);
        if (serving.isEmpty()) {
            return;
        }
        Routes.Serving one = serving.get(world.random.nextInt(serving.size()));
        simulation.checks.request(this, app, function, serving);
        simulation.checks.reaches(this, app, one.at());
        if (simulation.running(one.id()).filter(SimulatedNode.Running::ready).isEmpty()) {
            return;
        }
        String id = one.id();
        inFlight.merge(id, 1, Integer::sum);
        int born = incarnation;
        world.at(world.between(10, world.chance(10) ? 15_000 : 800), () -> {
            if (incarnation == born) {
                inFlight.merge(id, -1, Integer::sum);
                if (draining.containsKey(id) && awake()) {
                    report();
                }
            }
        });
    }
}
