package dev.berth.e2e.simulation;

import dev.berth.scheduler.cluster.Cluster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Puts it all together, from one seed. */
final class Simulation {
    static final Cluster.Patience PATIENCE =
            new Cluster.Patience(Duration.ofSeconds(3), Duration.ofSeconds(15), Duration.ofSeconds(20));

    final World world;
    final Registry registry;
    final Database database = new Database();
    final List<SimulatedNode> nodes = new ArrayList<>();
    final List<SimulatedGateway> gateways = new ArrayList<>();
    final Checks checks;
    final Onlooker onlooker;
    /** Those whose process lives; at most one of them holds the newest epoch. */
    private final List<SimulatedLeader> leaders = new ArrayList<>();

    private int ids;

    Simulation(long seed, int nodeCount, int gatewayCount) {
        world = new World(seed);
        registry = new Registry(world);
        checks = new Checks(this);
        onlooker = new Onlooker(world);
        for (int i = 0; i < nodeCount; i++) {
            nodes.add(new SimulatedNode(this, "node-" + i));
        }
        for (int i = 0; i < gatewayCount; i++) {
            gateways.add(new SimulatedGateway(this, "gateway-" + i));
        }
    }

    String newId() {
        return "c" + ids++;
    }

    Optional<SimulatedNode> node(String name) {
        return nodes.stream().filter(node -> node.name.equals(name)).findFirst();
    }

    Optional<SimulatedNode.Running> running(String id) {
        return nodes.stream()
                .map(node -> node.containers.get(id))
                .filter(one -> one != null)
                .findFirst();
    }

    List<SimulatedLeader> leaders() {
        leaders.removeIf(leader -> !leader.leads());
        return List.copyOf(leaders);
    }

    /** The one that gateways and people reach: the newest, unless it stands still. */
    Optional<SimulatedLeader> answering() {
        return leaders().stream()
                .max(Comparator.comparingLong(SimulatedLeader::epoch))
                .filter(leader -> !leader.paused());
    }

    private void startLeader() {
        database.epoch++;
        leaders.add(new SimulatedLeader(this, database.epoch));
    }

    void killLeader(SimulatedLeader leader) {
        world.note("epoch " + leader.epoch() + " is killed");
        leader.die();
        world.at(world.between(10, 4_000), this::startLeaderUnlessThereIs);
    }

    private void startLeaderUnlessThereIs() {
        if (leaders().isEmpty()) {
            startLeader();
        }
    }

    /** It stands still; another may take over while it does, or not. */
    private void pauseLeader() {
        answering().ifPresent(leader -> {
            boolean replaced = world.chance(40);
            leader.pause(world.between(500, replaced ? 12_000 : 5_000));
            if (replaced) {
                world.at(world.between(2_000, 6_000), this::startLeader);
            }
        });
    }

    /** Runs it; gives what it counted. */
    Checks run() {
        nodes.forEach(node -> world.at(world.between(0, 500), node::beat));
        gateways.forEach(gateway -> world.at(world.between(0, 500), gateway::start));
        startLeader();
        for (int i = 0; i < 16; i++) {
            world.at(world.between(0, 60_000), () -> {
                var name = registry.change();
                world.send(() -> answering().ifPresent(leader -> leader.changed(name)));
            });
        }
        for (int i = 0; i < 10; i++) {
            world.at(world.between(0, 65_000), this::disturb);
        }
        world.at(Duration.ofSeconds(80), world::calm);
        world.at(Duration.ofSeconds(100), this::watch);
        Instant end = World.START.plus(Duration.ofSeconds(200));
        while (world.step(end)) {
            checks.ports();
        }
        checks.rest();
        return checks;
    }

    /** A leader is there in the end, whatever happened to the others. */
    private void watch() {
        startLeaderUnlessThereIs();
    }

    private void disturb() {
        switch (world.random.nextInt(10)) {
            case 0 -> answering().ifPresent(this::killLeader);
            case 1 -> pauseLeader();
            case 2 -> any(nodes).die();
            case 3 -> {
                if (world.chance(50)) {
                    any(nodes).vanish();
                } else {
                    any(nodes).fill();
                }
            }
            case 4 -> {
                if (nodes.stream().filter(node -> !node.gone()).count() > 1 && world.chance(50)) {
                    any(nodes).vanishForGood();
                }
            }
            case 5 -> any(nodes).crashOne();
            case 6 -> any(gateways).die();
            case 7 -> any(gateways).pause(world.between(500, 6_000));
            case 8 -> any(gateways).cutOff(world.between(2_000, 30_000));
            default -> world.freezeBus(world.between(1_000, 9_000));
        }
    }

    private <T> T any(List<T> things) {
        return things.get(world.random.nextInt(things.size()));
    }
}
