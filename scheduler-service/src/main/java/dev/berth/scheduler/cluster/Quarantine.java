package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The addresses that are kept from other apps: a gateway that has not heard that a container left one would send there what
 * is meant for its app. Each is free again when every gateway that may know the old routes has newer ones.
 */
final class Quarantine {
    private final Map<Address, Vacated> all = new HashMap<>();
    private final NavigableMap<Long, Set<Address>> byLeftAt = new TreeMap<>();
    private final Map<AppId, Set<Address>> unpublished = new HashMap<>();
    private final Map<String, Set<Integer>> ports = new HashMap<>();
    private final Map<String, Set<Address>> byNode = new HashMap<>();

    boolean isEmpty() {
        return all.isEmpty();
    }

    void add(Vacated vacated) {
        remove(vacated.at());
        all.put(vacated.at(), vacated);
        ports.computeIfAbsent(vacated.at().host(), host -> new TreeSet<>())
                .add(vacated.at().port());
        byNode.computeIfAbsent(vacated.node(), node -> new LinkedHashSet<>()).add(vacated.at());
        if (vacated.leftAt().isPresent()) {
            byLeftAt.computeIfAbsent(vacated.leftAt().getAsLong(), sequence -> new LinkedHashSet<>())
                    .add(vacated.at());
        } else {
            unpublished
                    .computeIfAbsent(vacated.by(), app -> new LinkedHashSet<>())
                    .add(vacated.at());
        }
    }

    private void remove(Address at) {
        Vacated before = all.remove(at);
        if (before == null) {
            return;
        }
        prune(ports, at.host(), at.port());
        prune(byNode, before.node(), at);
        if (before.leftAt().isPresent()) {
            prune(byLeftAt, before.leftAt().getAsLong(), at);
        } else {
            prune(unpublished, before.by(), at);
        }
    }

    private static <K, V> void prune(Map<K, Set<V>> sets, K key, V value) {
        Set<V> set = sets.get(key);
        set.remove(value);
        if (set.isEmpty()) {
            sets.remove(key);
        }
    }

    /** Notes that the routes of this sequence no longer name the addresses that the app has left; gives those addresses. */
    List<Vacated> published(AppId app, long sequence) {
        List<Vacated> left = new ArrayList<>();
        for (Address at : List.copyOf(unpublished.getOrDefault(app, Set.of()))) {
            Vacated vacated = new Vacated(at, all.get(at).node(), app, OptionalLong.of(sequence));
            add(vacated);
            left.add(vacated);
        }
        return left;
    }

    /**
     * Frees what nobody can take for the old app's any more.
     *
     * @param confirmed every gateway has routes at least as new
     */
    List<Address> release(long confirmed) {
        List<Address> free = new ArrayList<>();
        Collection<Set<Address>> known = byLeftAt.headMap(confirmed, true).values();
        known.forEach(free::addAll);
        free.forEach(this::remove);
        return free;
    }

    /** Apps that have left an address that their routes still name. */
    Set<AppId> unpublished() {
        return Set.copyOf(unpublished.keySet());
    }

    /** Apps for which an address is kept that their routes no longer name. */
    Set<AppId> published() {
        Set<AppId> apps = new TreeSet<>();
        all.values().stream()
                .filter(vacated -> vacated.leftAt().isPresent())
                .forEach(vacated -> apps.add(vacated.by()));
        return apps;
    }

    /** The app for which an address is kept. */
    Optional<AppId> keptFor(Address at) {
        return Optional.ofNullable(all.get(at)).map(Vacated::by);
    }

    /** The first routes that don't name it; empty where they are still to be published. */
    OptionalLong leftAt(Address at) {
        Vacated vacated = all.get(at);
        return vacated == null ? OptionalLong.empty() : vacated.leftAt();
    }

    /** What containers of one node have left. */
    Set<Address> leftOn(String node) {
        return byNode.getOrDefault(node, Set.of());
    }

    /** Ports of one host that nobody else is to get. */
    Set<Integer> ports(String host) {
        return ports.getOrDefault(host, Set.of());
    }
}
