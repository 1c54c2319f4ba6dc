package dev.berth.scheduler.placement;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Nodes that have the same drivers and take something new, ordered by what is free on them. */
final class OpenNodes {
    /** The roomiest first. It compares numbers that change, so a node is taken out before a change and put back after it. */
    static final Comparator<NodeCapacity> ROOMIEST =
            Comparator.comparingLong(NodeCapacity::memoryBytesFree).reversed().thenComparing(NodeCapacity::node);

    /** By the logarithm of their free CPU: by memory alone, nodes without any free CPU could all come first. */
    private final NavigableMap<Integer, NavigableSet<NodeCapacity>> open = new TreeMap<>();
    /** For each function, the nodes by how many of its containers they have; nodes without any are left out. */
    private final Map<String, NavigableMap<Integer, NavigableSet<NodeCapacity>>> having = new HashMap<>();

    void add(NodeCapacity node) {
        open.computeIfAbsent(magnitude(node.cpuMillisFree()), size -> new TreeSet<>(ROOMIEST))
                .add(node);
        node.functions()
                .forEach(function -> having.computeIfAbsent(function.getKey(), key -> new TreeMap<>())
                        .computeIfAbsent(function.getValue(), count -> new TreeSet<>(ROOMIEST))
                        .add(node));
    }

    void remove(NodeCapacity node) {
        prune(open, magnitude(node.cpuMillisFree()), node);
        node.functions().forEach(function -> {
            NavigableMap<Integer, NavigableSet<NodeCapacity>> counts = having.get(function.getKey());
            prune(counts, function.getValue(), node);
            if (counts.isEmpty()) {
                having.remove(function.getKey());
            }
        });
    }

    private static void prune(Map<Integer, NavigableSet<NodeCapacity>> sets, int key, NodeCapacity node) {
        NavigableSet<NodeCapacity> set = sets.get(key);
        set.remove(node);
        if (set.isEmpty()) {
            sets.remove(key);
        }
    }

    private static int magnitude(int cpuMillis) {
        return 31 - Integer.numberOfLeadingZeros(cpuMillis);
    }

    /** The node with the fewest of the request's function, and of those the one with the most free memory. */
    Optional<NodeCapacity> best(Placer.Request request) {
        NodeCapacity best = null;
        for (NavigableSet<NodeCapacity> nodes :
                open.tailMap(magnitude(request.cpuMillis()), true).values()) {
            NodeCapacity first = roomiest(nodes, request, 0);
            if (first != null && (best == null || ROOMIEST.compare(first, best) < 0)) {
                best = first;
            }
        }
        if (best == null) {
            for (Map.Entry<Integer, NavigableSet<NodeCapacity>> nodes : having.getOrDefault(
                            request.key(), Collections.emptyNavigableMap())
                    .entrySet()) {
                best = roomiest(nodes.getValue(), request, nodes.getKey());
                if (best != null) {
                    break;
                }
            }
        }
        return Optional.ofNullable(best);
    }

    private static NodeCapacity roomiest(NavigableSet<NodeCapacity> nodes, Placer.Request request, int having) {
        for (NodeCapacity node : nodes) {
            if (node.memoryBytesFree() < request.memoryBytes()) {
                return null;
            }
            if (node.of(request.key()) == having && node.lack(request).isEmpty()) {
                return node;
            }
        }
        return null;
    }
}
