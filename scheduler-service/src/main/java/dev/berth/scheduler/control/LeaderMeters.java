package dev.berth.scheduler.control;

import dev.berth.chassis.metric.Meters;
import dev.berth.chassis.metric.Samples;
import dev.berth.protocol.metric.Metric;
import dev.berth.scheduler.cluster.NodeView;
import dev.berth.scheduler.cluster.Turn;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Ending;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.NodeState;
import dev.berth.scheduler.fleet.Seen;
import dev.berth.scheduler.rollout.Rollout;
import dev.berth.scheduler.rollout.Step;
import io.micrometer.core.instrument.MeterRegistry;
import io.prometheus.client.Collector;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What the one that leads says in numbers of the cluster; a standby says that it does not lead, and no more. */
final class LeaderMeters {
    /** @param containers by their state */
    private record OfNode(boolean up, Map<String, Integer> containers) {}

    private final Meters meters;
    private final Map<String, OfNode> nodes = new ConcurrentHashMap<>();
    /** Those that may change yet. The loop's. */
    private final Map<Turn.VersionKey, Rollout> rollouts = new HashMap<>();

    private volatile boolean leading;

    LeaderMeters(MeterRegistry registry) {
        meters = new Meters(registry);
    }

    /** To be read by any thread. */
    Collector reading() {
        return Samples.reading(this::read);
    }

    private void read(Samples to) {
        to.add(Metric.LEADER, leading ? 1 : 0);
        if (!leading) {
            return;
        }
        Map<String, Integer> containers = new TreeMap<>();
        nodes.forEach((name, node) -> {
            to.add(Metric.NODE_UP, node.up ? 1 : 0, name);
            node.containers.forEach((state, many) -> containers.merge(state, many, Integer::sum));
        });
        for (String state : STATES) {
            to.add(Metric.CONTAINERS, containers.getOrDefault(state, 0), state);
        }
    }

    private static final String[] STATES = {"pending", "starting", "ready", "draining", "stopping", "stopped", "failed"
    };

    /** A term begins, with the rollouts that are stored: what became of them before was another's to count. */
    void begin(Collection<Turn.RolloutRow> stored) {
        rollouts.clear();
        nodes.clear();
        stored.forEach(row -> note(row.id(), row.rollout()));
        leading = true;
    }

    void end() {
        leading = false;
        nodes.clear();
    }

    /** What was known of it before; null for nothing. */
    private Rollout note(AppId app, Rollout rollout) {
        Turn.VersionKey key = new Turn.VersionKey(app, rollout.version());
        boolean mayChange = rollout.step().underWay() || rollout.step() instanceof Step.Live;
        return mayChange || !rollout.receipt().complete() ? rollouts.put(key, rollout) : rollouts.remove(key);
    }

    /** A rollout was committed. One step may be committed more than once; it counts once. */
    void rollout(Turn.RolloutRow row, Instant now) {
        Rollout next = row.rollout();
        Rollout before = note(row.id(), next);
        boolean wasUnderWay = before == null || before.step().underWay();
        if (next.cutAt().isPresent() && (before == null || before.cutAt().isEmpty())) {
            step("starting", next.startedAt(), next.cutAt().get());
        }
        if (next.liveSince().isPresent()
                && (before == null || before.liveSince().isEmpty())) {
            step("cutting-over", next.cutAt().orElseThrow(), next.liveSince().get());
        }
        if (next.receipt().complete()
                && before != null
                && !before.receipt().complete()
                && next.cutAt().isPresent()) {
            step("draining", next.cutAt().get(), now);
        }
        if (wasUnderWay && !next.step().underWay()) {
            meters.count(Metric.ROLLOUTS, outcome(next.step()));
        }
    }

    private void step(String step, Instant from, Instant to) {
        Duration took = Duration.between(from, to);
        meters.took(Metric.ROLLOUT_STEP, took.isNegative() ? Duration.ZERO : took, step);
    }

    private static String outcome(Step step) {
        return switch (step) {
            case Step.Live live -> "live";
            case Step.Superseded over -> "superseded";
            case Step.Failed over -> "failed";
            case Step.Cancelled over -> "cancelled";
            case Step.Starting early -> throw new IllegalArgumentException("it is under way");
            case Step.CuttingOver early -> throw new IllegalArgumentException("it is under way");
        };
    }

    /** A node as it is shown from now on. */
    void node(NodeView node) {
        Map<String, Integer> containers = new HashMap<>();
        node.containers().forEach(container -> containers.merge(state(container), 1, Integer::sum));
        nodes.put(node.name(), new OfNode(node.state() == NodeState.READY, containers));
    }

    /** In the words that containers are listed with. */
    private static String state(Container container) {
        return switch (container.seen()) {
            case Seen.Ordered ordered -> "pending";
            case Seen.Starting starting -> "starting";
            case Seen.Ready ready ->
                switch (container.goal()) {
                    case Goal.Run run -> "ready";
                    case Goal.Drain drain -> "draining";
                    case Goal.Fetch fetch -> "starting";
                    case Goal.Stop stop -> "stopping";
                };
            case Seen.Stopping stopping -> "stopping";
            case Seen.Gone gone -> gone.ending() instanceof Ending.Stopped ? "stopped" : "failed";
        };
    }
}
