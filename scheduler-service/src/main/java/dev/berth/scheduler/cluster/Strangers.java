package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.Sighting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Ready containers that the database does not know: they go on for a while, so that somebody can mend the database. */
final class Strangers {
    private final Duration grace;
    private final Map<String, Map<String, Stranger>> byNode = new HashMap<>();
    /** When the grace of each ends; also of those that were let go, so that none is taken for a new one. */
    private final Map<String, Instant> ends = new HashMap<>();

    private final List<Stranger> left = new ArrayList<>();

    Strangers(Duration grace) {
        this.grace = grace;
    }

    /**
     * What a node runs that nobody ordered.
     *
     * @param spared true for an app of which nothing else serves
     * @return true where the node's order changes
     */
    boolean see(String node, Collection<NodeReport.Observed> unknown, Predicate<AppName> spared, Instant now) {
        Map<String, Stranger> before = byNode.getOrDefault(node, Map.of());
        Map<String, Stranger> after = new HashMap<>();
        for (NodeReport.Observed container : unknown) {
            if (container.sighting() instanceof Sighting.Ready ready && spared.test(container.app())) {
                Instant end = ends.computeIfAbsent(container.id(), id -> now.plus(grace));
                if (now.isBefore(end)) {
                    after.put(
                            container.id(),
                            new Stranger(
                                    container.id(),
                                    node,
                                    container.app(),
                                    container.version(),
                                    container.function(),
                                    ready.at(),
                                    end));
                }
            }
        }
        before.values().stream().filter(one -> !after.containsKey(one.id())).forEach(left::add);
        if (after.isEmpty()) {
            byNode.remove(node);
        } else {
            byNode.put(node, after);
        }
        return !after.keySet().equals(before.keySet());
    }

    /** Lets go those whose time is over, or whose app serves again; gives the nodes whose order changes. */
    List<String> release(Predicate<AppName> spared, Instant now) {
        List<String> changed = new ArrayList<>();
        byNode.forEach((node, strangers) -> {
            List<Stranger> over = strangers.values().stream()
                    .filter(one -> !now.isBefore(one.until()) || !spared.test(one.app()))
                    .toList();
            if (!over.isEmpty()) {
                left.addAll(over);
                strangers.values().removeAll(over);
                changed.add(node);
            }
        });
        byNode.values().removeIf(Map::isEmpty);
        return changed;
    }

    /** Containers that were let go since the last call. */
    List<Stranger> takeLeft() {
        List<Stranger> gone = List.copyOf(left);
        left.clear();
        return gone;
    }

    /** Those on one node. */
    Collection<Stranger> of(String node) {
        return byNode.getOrDefault(node, Map.of()).values();
    }

    /** True where one of this app is kept. */
    boolean of(AppName app) {
        return byNode.values().stream()
                .anyMatch(node -> node.values().stream()
                        .anyMatch(stranger -> stranger.app().equals(app)));
    }

    List<Stranger> all() {
        return byNode.values().stream().flatMap(node -> node.values().stream()).toList();
    }

    boolean isEmpty() {
        return byNode.isEmpty();
    }

    Optional<Instant> nextEnd() {
        return all().stream().map(Stranger::until).min(Instant::compareTo);
    }
}
