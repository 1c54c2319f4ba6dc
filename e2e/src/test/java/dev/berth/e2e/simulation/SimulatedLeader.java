package dev.berth.e2e.simulation;

import dev.berth.scheduler.cluster.Cluster;
import dev.berth.scheduler.cluster.Order;
import dev.berth.scheduler.cluster.Routes;
import dev.berth.scheduler.cluster.Turn;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.rollout.Rollout;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One term of a scheduler, as the real loop leads it; the cluster is the real one. */
final class SimulatedLeader {
    private final Simulation simulation;
    private final World world;
    private final Database database;
    private final long epoch;
    final Cluster cluster;
    private final Queue<Consumer<Instant>> inbox = new ArrayDeque<>();
    private final Set<AppName> asking = new HashSet<>();
    /** What was shown and did not come. */
    private final Set<Runnable> unseen = new LinkedHashSet<>();

    private final int most;
    private boolean over;
    private Instant pausedUntil = Instant.MIN;
    private Instant before;
    private Instant nextHead;
    private Instant nextRepair;
    /** When it will be looked at by itself. */
    private Instant wakeAt = Instant.MAX;

    SimulatedLeader(Simulation simulation, long epoch) {
        this.simulation = simulation;
        this.epoch = epoch;
        world = simulation.world;
        database = simulation.database;
        most = world.chance(20) ? 1 : 1_000;
        Instant now = world.now();
        cluster = new Cluster(epoch, database.sequence, Simulation.PATIENCE, 3, simulation::newId, now);
        for (Turn.AppRow row : database.apps.values()) {
            AppId id = row.id();
            List<Rollout> rollouts = database.rollouts.getOrDefault(id, new TreeMap<>()).values().stream()
                    .filter(rollout -> !rollout.receipt().complete()
                            || rollout.version() == row.live()
                            || rollout.version() == row.begun())
                    .toList();
            cluster.restore(
                    row,
                    database.versions.getOrDefault(id, new TreeMap<>()).values(),
                    rollouts,
                    database.containers.values().stream()
                            .filter(container -> container.app().equals(id))
                            .toList(),
                    now);
        }
        cluster.restorePins(database.pins);
        cluster.restore(List.copyOf(database.vacated.values()), List.copyOf(database.gateways));
        cluster.restored(database.settled);
        before = now;
        nextHead = now;
        nextRepair = now;
        world.note("epoch " + epoch + " leads");
        look();
    }

    long epoch() {
        return epoch;
    }

    boolean leads() {
        return !over;
    }

    boolean paused() {
        return world.now().isBefore(pausedUntil);
    }

    void die() {
        over = true;
    }

    void pause(Duration length) {
        world.note("epoch " + epoch + " stands still for " + length.toMillis() + " ms");
        pausedUntil = world.now().plus(length);
        world.at(length, this::look);
    }

    /** Something came for it. */
    void hear(Consumer<Instant> message) {
        if (!over) {
            inbox.add(message);
            if (!paused()) {
                takeIn();
                look();
            }
        }
    }

    private void takeIn() {
        for (Consumer<Instant> message = inbox.poll(); message != null; message = inbox.poll()) {
            message.accept(world.now());
        }
    }

    /** One round of the loop. */
    private void look() {
        if (over || paused()) {
            return;
        }
        Instant now = world.now();
        if (Duration.between(before, now)
                        .compareTo(Simulation.PATIENCE.gatewayLease().dividedBy(3))
                > 0) {
            cluster.deaf(now);
        }
        before = now;
        if (!now.isBefore(nextRepair)) {
            repair();
            nextRepair = now.plusSeconds(5);
        }
        Turn turn = cluster.turn(most, now);
        if (!turn.faults().isEmpty()) {
            throw new AssertionError(
                    "an app was set aside", turn.faults().getFirst().why());
        }
        if (world.chance(1) && !world.isCalm()) {
            // Killed before the commit: nothing of this turn ever was.
            simulation.killLeader(this);
            return;
        }
        if (turn.changes() && !database.commit(epoch, turn)) {
            world.note("epoch " + epoch + " is deposed");
            over = true;
            return;
        }
        if (turn.changes()) {
            turn.containers()
                    .forEach(container -> world.note("epoch " + epoch + ": " + container.id() + " of " + container.app()
                            + " v" + container.version() + " " + container.goal() + " " + container.seen()));
            simulation.checks.committed(turn);
        }
        if (world.chance(1) && !world.isCalm()) {
            // Killed after the commit, before anything was sent.
            simulation.killLeader(this);
            return;
        }
        send(turn, now);
        if (cluster.highestEpoch() > epoch) {
            over = true;
            return;
        }
        wake(turn.wakeAt().filter(at -> at.isBefore(nextHead)).orElse(nextHead));
    }

    private void wake(Instant at) {
        Instant now = world.now();
        if (at.isBefore(wakeAt) || !wakeAt.isAfter(now)) {
            wakeAt = at;
            world.at(at.isAfter(now) ? Duration.between(now, at) : Duration.ofMillis(1), () -> {
                wakeAt = Instant.MAX;
                look();
            });
        }
    }

    private void send(Turn turn, Instant now) {
        for (String node : turn.orders()) {
            Order order = cluster.order(node, now);
            Map<String, String> digests = new TreeMap<>();
            Map<String, String> images = new TreeMap<>();
            order.containers().forEach(container -> {
                digests.put(container.id(), cluster.digest(container));
                cluster.image(container).ifPresent(image -> images.put(container.id(), image));
            });
            simulation.node(node).ifPresent(agent -> world.send(() -> agent.order(epoch, order, digests, images)));
        }
        for (Routes routes : turn.routes()) {
            simulation.gateways.forEach(gateway -> world.send(() -> gateway.routes(epoch, routes)));
        }
        simulation.onlooker.show(cluster.view().take(), epoch, cluster.view(), unseen);
        if (!now.isBefore(nextHead) || !turn.routes().isEmpty()) {
            nextHead = now.plusMillis(500);
            long sequence = turn.sequence();
            simulation.gateways.forEach(gateway -> world.send(() -> gateway.head(epoch, sequence)));
            world.send(() -> hear(cluster::heardHead));
            // On its bus nothing passes what was sent before it and stored.
            boolean all = cluster.allShown(now) && unseen.isEmpty();
            unseen.forEach(Runnable::run);
            unseen.clear();
            world.at(Duration.ofSeconds(2), () -> simulation.onlooker.head(epoch, all));
        }
    }

    // The registry, asked by several roads, whose answers are of different ages.

    void changed(AppName name) {
        if (!asking.add(name)) {
            return;
        }
        long ticket = cluster.ask();
        world.at(world.between(1, 80), () -> {
            var head = simulation.registry.head(name);
            world.at(
                    answerAfter(),
                    () -> hear(now -> {
                        asking.remove(name);
                        head.ifPresentOrElse(one -> head(one, ticket), () -> cluster.absent(name, ticket, now));
                    }));
        });
    }

    private void head(dev.berth.scheduler.cluster.AppHead head, long ticket) {
        cluster.head(head, ticket);
        if (head.stopped().isEmpty()) {
            fetchWhatLacks(head.id());
        }
    }

    private void fetchWhatLacks(AppId app) {
        cluster.lacks(app).ifPresent(version -> {
            Registry.Life life = simulation.registry.apps.get(app.name());
            world.at(
                    answerAfter(),
                    () -> hear(now -> {
                        if (life != null && life.id.equals(app)) {
                            cluster.version(app, life.versions.get(version));
                            fetchWhatLacks(app);
                        }
                    }));
        });
    }

    private void repair() {
        long ticket = cluster.ask();
        world.at(world.between(1, 200), () -> {
            var heads = simulation.registry.heads();
            world.at(
                    answerAfter(),
                    () -> hear(now -> {
                        Set<AppName> missing = new HashSet<>(cluster.names());
                        heads.forEach(one -> {
                            missing.remove(one.id().name());
                            head(one, ticket);
                        });
                        missing.forEach(name -> cluster.absent(name, ticket, now));
                    }));
        });
    }

    private Duration answerAfter() {
        return world.between(1, world.chance(10) ? 2_000 : 50);
    }
}
