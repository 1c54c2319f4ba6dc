package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.NodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeMap;

/** The nodes, and which of them are lost. */
final class Nodes {
    private final Duration lostAfter;
    private final Map<String, Node> nodes = new TreeMap<>();
    /** Those that are not lost; the one that has been silent for longest comes first. */
    private final SequencedSet<Node> heard = new LinkedHashSet<>();

    Nodes(Duration lostAfter) {
        this.lostAfter = lostAfter;
    }

    /** Made at its first mention. */
    Node get(String name, Instant now) {
        return nodes.computeIfAbsent(name, key -> {
            Node node = new Node(key, now);
            heard.addLast(node);
            return node;
        });
    }

    Collection<Node> all() {
        return nodes.values();
    }

    NodeState state(String name) {
        Node node = nodes.get(name);
        return node == null ? NodeState.READY : node.state();
    }

    /** True where it has another capacity, other conditions or drivers than before, or is back. */
    boolean hear(Node node, NodeReport report, Instant now) {
        heard.addLast(node);
        return node.hear(report, now);
    }

    /** Nobody listened up to now: the silence of each begins anew. */
    void excuse(Instant now) {
        heard.forEach(node -> node.excuse(now));
    }

    /** Marks those that have been silent for too long; gives those that were not lost before. */
    List<Node> markLost(Instant now) {
        List<Node> silent = new ArrayList<>();
        while (!heard.isEmpty() && lossOf(heard.getFirst()).compareTo(now) <= 0) {
            Node node = heard.removeFirst();
            node.lose();
            silent.add(node);
        }
        return silent;
    }

    private Instant lossOf(Node node) {
        return node.heardAt().plus(lostAfter).plusMillis(1);
    }

    /** When the next silent node counts as lost; empty where none is there. */
    Optional<Instant> nextLoss() {
        return heard.isEmpty() ? Optional.empty() : Optional.of(lossOf(heard.getFirst()));
    }
}
