package dev.berth.e2e;

import dev.berth.scheduler.cluster.AppHead;
import dev.berth.scheduler.cluster.Cluster;
import dev.berth.scheduler.cluster.Turn;
import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.Allocation;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Driver;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.Kind;
import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.Seen;
import dev.berth.scheduler.fleet.VersionSpec;
import dev.berth.scheduler.placement.CapacityIndex;
import dev.berth.scheduler.placement.Placer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * How fast containers find their nodes, beside what others publish of theirs, and what one change costs in a large
 * cluster. Run by {@code e2e/placements}; prints, and asserts nothing but that all found a place.
 */
final class PlacementBenchmark {
    /** The rate below which Kubernetes' own scheduler benchmark fails, and that of HashiCorp's C1M; pods or tasks a second. */
    private static final int KUBERNETES = 270;

    private static final int NOMAD = 3_750;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int CONTAINERS_OF_A_NODE = 10;

    private final Random random = new Random(1);
    private int ids;

    public static void main(String[] arguments) {
        PlacementBenchmark benchmark = new PlacementBenchmark();
        for (int warming = 0; warming < 2; warming++) {
            benchmark.placements(1_000, 20_000);
        }
        for (int nodes : new int[] {1_000, 10_000}) {
            double rate = benchmark.placements(nodes, 100_000);
            System.out.printf(
                    Locale.ROOT,
                    "placements at %,d nodes with %,d containers: %,.0f/s; %.0f times kube-scheduler's gate (%d/s), "
                            + "%.1f times Nomad's C1M (%,d/s)%n",
                    nodes,
                    nodes * CONTAINERS_OF_A_NODE,
                    rate,
                    rate / KUBERNETES,
                    KUBERNETES,
                    rate / NOMAD,
                    NOMAD);
        }
        for (int nodes : new int[] {100, 1_000, 10_000}) {
            long[] micros = benchmark.changes(nodes, 400);
            System.out.printf(
                    Locale.ROOT,
                    "one app's change among %,d containers: p50 %.2f ms, p99 %.2f ms, most %.2f ms%n",
                    nodes * CONTAINERS_OF_A_NODE,
                    micros[micros.length / 2] / 1e3,
                    micros[micros.length * 99 / 100] / 1e3,
                    micros[micros.length - 1] / 1e3);
        }
    }

    private static AppId app(int number) {
        return new AppId("main", "app-" + number, "life");
    }

    /** Each placed container takes the place of an older one, so that the cluster stays as full as it is. */
    private double placements(int nodes, int count) {
        CapacityIndex index = new CapacityIndex(at -> Optional.empty());
        for (int i = 0; i < nodes; i++) {
            index.has("node-" + i, "10.0.0." + i, Set.of(Driver.Kind.values()), 64_000, 256L << 30);
        }
        int full = nodes * CONTAINERS_OF_A_NODE;
        List<Runnable> ends = new ArrayList<>(full);
        for (int i = 0; i < full; i++) {
            ends.add(place(index));
        }
        long began = System.nanoTime();
        for (int i = 0; i < count; i++) {
            int old = random.nextInt(full);
            ends.get(old).run();
            ends.set(old, place(index));
        }
        return count / ((System.nanoTime() - began) / 1e9);
    }

    private Runnable place(CapacityIndex index) {
        Placer.Request request = new Placer.Request(
                app(random.nextInt(1_000)),
                "web",
                250 + random.nextInt(4_000),
                (256L + random.nextInt(8_192)) << 20,
                0,
                Optional.empty());
        if (!(Placer.place(request, index) instanceof Placer.Result.Placed placed)) {
            throw new IllegalStateException("no place for " + request);
        }
        String id = "c-" + ids++;
        index.reserve(placed.on(), request.key(), id);
        return () -> index.release(placed.on(), request.key(), id);
    }

    /** Apps of ten containers each; one after the other gets a new version. Gives the sorted microseconds of each turn. */
    private long[] changes(int nodes, int count) {
        Cluster cluster = new Cluster(
                1,
                1,
                new Cluster.Patience(Duration.ofSeconds(3), Duration.ofSeconds(15), Duration.ofMinutes(10)),
                3,
                () -> "n-" + ids++,
                START);
        for (int number = 0; number < nodes; number++) {
            restore(cluster, number, nodes);
        }
        cluster.restored(true);
        for (int node = 0; node < nodes; node++) {
            cluster.node(
                    new NodeReport(
                            "node-" + node,
                            "1",
                            1,
                            0,
                            0,
                            "10.0.0." + node,
                            64_000,
                            256L << 30,
                            List.of(),
                            List.of(new Driver(Driver.Kind.PROCESS, "")),
                            List.of(),
                            Set.of()),
                    START);
        }
        cluster.turn(Integer.MAX_VALUE, START);
        long[] micros = new long[count];
        for (int i = 0; i < count; i++) {
            AppId id = app(random.nextInt(nodes));
            Instant now = START.plusMillis(i);
            int version = 2 + i;
            long began = System.nanoTime();
            cluster.head(new AppHead(id, version, version, Optional.empty()), cluster.ask());
            cluster.version(id, spec(version, id));
            Turn turn = cluster.turn(1_000, now);
            micros[i] = (System.nanoTime() - began) / 1_000;
            if (turn.containers().size() < CONTAINERS_OF_A_NODE) {
                throw new IllegalStateException("a new version of " + id + " started nothing");
            }
        }
        Arrays.sort(micros);
        return micros;
    }

    private static VersionSpec spec(int version, AppId id) {
        return new VersionSpec(
                version,
                false,
                false,
                0,
                List.of(new FunctionSpec(
                        "web",
                        "digest",
                        new Kind.Web(0, List.of(id.app()), false),
                        250,
                        1L << 30,
                        CONTAINERS_OF_A_NODE,
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(2),
                        Optional.empty())));
    }

    private void restore(Cluster cluster, int number, int nodes) {
        AppId id = app(number);
        List<Container> containers = new ArrayList<>();
        for (int i = 0; i < CONTAINERS_OF_A_NODE; i++) {
            String node = "node-" + (number + i * 7) % nodes;
            containers.add(new Container(
                    "c-" + number + "-" + i,
                    id,
                    1,
                    "web",
                    new Allocation(node, 250, 1L << 30, 0, Set.of()),
                    START,
                    new Goal.Run(),
                    new Seen.Ready(new Address(node, 20_000 + i), START)));
        }
        cluster.restore(new Turn.AppRow(id, 1, 1), List.of(spec(1, id)), List.of(), containers, START);
    }
}
