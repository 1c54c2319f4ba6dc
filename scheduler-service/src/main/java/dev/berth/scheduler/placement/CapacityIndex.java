package dev.berth.scheduler.placement;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.Allocation;
import dev.berth.scheduler.fleet.AppId;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The nodes, ordered by what is free on them, so that finding a place costs as much as what it looks at and not as much as
 * the cluster is large. Every change of a node goes through here.
 */
public final class CapacityIndex {
    /** The roomiest first. It compares numbers that change, so a node is taken out before a change and put back after it. */
    private static final Comparator<NodeCapacity> ROOMIEST =
            Comparator.comparingLong(NodeCapacity::memoryBytesFree).reversed().thenComparing(NodeCapacity::node);

    private final Map<String, NodeCapacity> nodes = new TreeMap<>();
    /** By the logarithm of their free CPU: by memory alone, nodes without any free CPU could all come first. */
    private final NavigableMap<Integer, NavigableSet<NodeCapacity>> open = new TreeMap<>();
    /** For each function, the nodes by how many of its containers they have; nodes without any are left out. */
    private final Map<String, NavigableMap<Integer, NavigableSet<NodeCapacity>>> having = new HashMap<>();

    private final Function<Address, Optional<AppId>> keptFor;

    /** @param keptFor the app for which a free address is kept: containers of others are not placed there */
    public CapacityIndex(Function<Address, Optional<AppId>> keptFor) {
        this.keptFor = keptFor;
    }

    /** The node, made at its first mention; it has nothing until {@link #has}. */
    public NodeCapacity node(String name) {
        return nodes.computeIfAbsent(name, key -> new NodeCapacity(key, keptFor));
    }

    /** @param host where its containers are reached */
    public void has(String node, String host, int cpuMillis, long memoryBytes) {
        change(node(node), capacity -> capacity.has(host, cpuMillis, memoryBytes));
    }

    /** @param reason why nothing new goes there; empty where something may again */
    public void closed(String node, Optional<String> reason) {
        change(node(node), capacity -> capacity.closed(reason));
    }

    /** Nothing new goes there until it is {@link #found} again. */
    public void lost(String node, Instant heardAt) {
        change(node(node), capacity -> capacity.lostSince(heardAt));
    }

    public void found(String node) {
        change(node(node), capacity -> capacity.lostSince(null));
    }

    /**
     * Takes what a container holds.
     *
     * @param function its {@link Placer.Request#key}
     * @throws IllegalStateException where another container holds a port or device of it
     */
    public void reserve(Allocation allocation, String function, String holder) {
        change(node(allocation.node()), capacity -> capacity.reserve(allocation, function, holder));
    }

    public void release(Allocation allocation, String function, String holder) {
        change(node(allocation.node()), capacity -> capacity.release(allocation, function, holder));
    }

    private void change(NodeCapacity node, Consumer<NodeCapacity> change) {
        remove(node);
        try {
            change.accept(node);
        } finally {
            add(node);
        }
    }

    private void add(NodeCapacity node) {
        if (node.takesNothing() || node.cpuMillisFree() <= 0) {
            return;
        }
        open.computeIfAbsent(magnitude(node.cpuMillisFree()), size -> new TreeSet<>(ROOMIEST))
                .add(node);
        node.functions()
                .forEach(function -> having.computeIfAbsent(function.getKey(), key -> new TreeMap<>())
                        .computeIfAbsent(function.getValue(), count -> new TreeSet<>(ROOMIEST))
                        .add(node));
    }

    private void remove(NodeCapacity node) {
        if (node.takesNothing() || node.cpuMillisFree() <= 0) {
            return;
        }
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

    int size() {
        return nodes.size();
    }

    Iterable<NodeCapacity> byName() {
        return nodes.values();
    }
}
