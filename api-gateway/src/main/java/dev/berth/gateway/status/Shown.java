package dev.berth.gateway.status;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the scheduler showed last, whole apps and whole nodes. What is heard twice or too late changes nothing. Times are
 * milliseconds of one monotonic clock. Thread-safe.
 */
public final class Shown {
    /** A leader says twice a second that it leads. */
    static final long SILENT_AFTER = 3_000;

    /** Of two words about one thing the later one counts. */
    public record At(long epoch, long sequence) {
        boolean isAfter(At other) {
            return epoch > other.epoch || epoch == other.epoch && sequence > other.sequence;
        }
    }

    private record Entry<T>(At at, T what) {}

    /** Empty for one that is no more: that this was said counts all the same. */
    private final Map<AppName, Entry<Optional<AppStatus>>> apps = new TreeMap<>();

    private final Map<String, Entry<NodeStatus>> nodes = new TreeMap<>();
    /** By app and node, so that one app's containers are found without a look at all others. */
    private final Map<AppName, Map<String, List<ContainerStatus>>> containers = new TreeMap<>();

    private long epoch;
    private long heardAt;

    /** @param now when this gateway started: it has not listened for long enough to call the scheduler silent */
    public Shown(long now) {
        heardAt = now;
    }

    public synchronized Set<Change> app(At at, AppStatus status) {
        return app(at, status.app(), Optional.of(status));
    }

    public synchronized Set<Change> gone(At at, AppName app) {
        return app(at, app, Optional.empty());
    }

    private Set<Change> app(At at, AppName app, Optional<AppStatus> status) {
        return put(apps, app, new Entry<>(at, status)) ? Set.of(new Change.OfApp(app)) : Set.of();
    }

    public synchronized Set<Change> node(At at, NodeStatus status) {
        Entry<NodeStatus> before = nodes.get(status.name());
        if (!put(nodes, status.name(), new Entry<>(at, status))) {
            return Set.of();
        }
        Map<AppName, List<ContainerStatus>> old = before == null ? Map.of() : byApp(before.what());
        Map<AppName, List<ContainerStatus>> byApp = byApp(status);
        if (before != null) {
            forget(before.what());
        }
        byApp.forEach((app, list) ->
                containers.computeIfAbsent(app, name -> new TreeMap<>()).put(status.name(), list));
        Set<Change> changes = new HashSet<>();
        changes.add(new Change.OfNode(status.name()));
        byApp.forEach((app, list) -> {
            if (!list.equals(old.get(app))) {
                changes.add(new Change.OfApp(app));
            }
        });
        old.keySet().stream().filter(app -> !byApp.containsKey(app)).forEach(app -> changes.add(new Change.OfApp(app)));
        return changes;
    }

    private static Map<AppName, List<ContainerStatus>> byApp(NodeStatus node) {
        Map<AppName, List<ContainerStatus>> byApp = new HashMap<>();
        for (ContainerStatus container : node.containers()) {
            byApp.computeIfAbsent(container.app(), app -> new ArrayList<>()).add(container);
        }
        return byApp;
    }

    private void forget(NodeStatus node) {
        for (ContainerStatus container : node.containers()) {
            Map<String, List<ContainerStatus>> byNode = containers.get(container.app());
            if (byNode != null) {
                byNode.remove(node.name());
                if (byNode.isEmpty()) {
                    containers.remove(container.app());
                }
            }
        }
    }

    private <K, T> boolean put(Map<K, Entry<T>> all, K key, Entry<T> entry) {
        Entry<T> before = all.get(key);
        if (entry.at().epoch() < epoch || before != null && !entry.at().isAfter(before.at())) {
            return false;
        }
        all.put(key, entry);
        return true;
    }

    /**
     * A leader said that it leads.
     *
     * @param all it has shown everything that it knows: what was shown under a lower epoch, and not since, is no more
     */
    public synchronized void head(long leads, boolean all, long now) {
        if (leads < epoch) {
            return;
        }
        heardAt = now;
        if (all && leads > epoch) {
            epoch = leads;
            apps.values().removeIf(entry -> entry.at().epoch() < leads);
            List<NodeStatus> old = nodes.values().stream()
                    .filter(entry -> entry.at().epoch() < leads)
                    .map(Entry::what)
                    .toList();
            old.forEach(node -> {
                forget(node);
                nodes.remove(node.name());
            });
        }
    }

    /** Whether what is shown here may be old: no leader was heard for a while. */
    public synchronized boolean silent(long now) {
        return now - heardAt > SILENT_AFTER;
    }

    /** When a leader was heard last; of a gateway that has heard none, when it started. */
    public synchronized long heardAt() {
        return heardAt;
    }

    public synchronized Optional<AppStatus> app(AppName name) {
        return Optional.ofNullable(apps.get(name)).flatMap(Entry::what);
    }

    /** By name. */
    public synchronized Collection<NodeStatus> nodes() {
        return nodes.values().stream().map(Entry::what).toList();
    }

    /** Of one app, by node. */
    public synchronized List<ContainerStatus> containers(AppName app) {
        AppStatus status = app(app).orElseGet(() -> AppStatus.unknown(app, ""));
        return containers.getOrDefault(app, Map.of()).values().stream()
                .flatMap(List::stream)
                .map(container -> container.beside(status))
                .toList();
    }

    /** Of all apps of an environment, by app. */
    public synchronized List<ContainerStatus> containers(String environment) {
        return containers.keySet().stream()
                .filter(app -> app.environment().equals(environment))
                .flatMap(app -> containers(app).stream())
                .toList();
    }
}
