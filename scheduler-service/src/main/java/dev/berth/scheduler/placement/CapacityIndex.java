package dev.berth.scheduler.placement;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.Allocation;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Driver;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The nodes, ordered by what is free on them, so that finding a place costs as much as what it looks at and not as much as
 * the cluster is large. Every change of a node goes through here.
 */
public final class CapacityIndex {
    private final Map<String, NodeCapacity> nodes = new TreeMap<>();
    /** By what they take something new for: a node is in one of these, however much it has. */
    private final Map<Set<Driver.Kind>, OpenNodes> open = new HashMap<>();

    private final Map<Driver.Kind, NavigableMap<String, NodeCapacity>> able = new EnumMap<>(Driver.Kind.class);

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
    public void has(String node, String host, Set<Driver.Kind> drivers, int cpuMillis, long memoryBytes) {
        change(node(node), capacity -> capacity.has(host, drivers, cpuMillis, memoryBytes));
    }

    /** @param reasons why nothing new goes there of what runs with these; empty where everything may again */
    public void closed(String node, Map<Driver.Kind, String> reasons) {
        change(node(node), capacity -> capacity.closed(reasons));
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
        node.drivers()
                .forEach(driver ->
                        able.computeIfAbsent(driver, key -> new TreeMap<>()).put(node.node(), node));
        if (!node.takesNothing() && node.cpuMillisFree() > 0) {
            open.computeIfAbsent(node.openFor(), drivers -> new OpenNodes()).add(node);
        }
    }

    private void remove(NodeCapacity node) {
        node.drivers().forEach(driver -> able.get(driver).remove(node.node()));
        if (!node.takesNothing() && node.cpuMillisFree() > 0) {
            open.get(node.openFor()).remove(node);
        }
    }

    /** The node with the fewest of the request's function, and of those the one with the most free memory. */
    Optional<NodeCapacity> best(Placer.Request request) {
        return open.entrySet().stream()
                .filter(nodes -> nodes.getKey().contains(request.driver()))
                .flatMap(nodes -> nodes.getValue().best(request).stream())
                .min(Comparator.<NodeCapacity>comparingInt(node -> node.of(request.key()))
                        .thenComparing(OpenNodes.ROOMIEST));
    }

    /** Those that have what such containers run with, open or not, by name. */
    Stream<NodeCapacity> able(Driver.Kind driver) {
        return able.getOrDefault(driver, Collections.emptyNavigableMap()).values().stream();
    }

    int size() {
        return nodes.size();
    }

    Collection<NodeCapacity> byName() {
        return nodes.values();
    }
}
