package dev.berth.gateway.status;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    public synchronized void app(At at, AppStatus status) {
        put(apps, status.app(), new Entry<>(at, Optional.of(status)));
    }

    public synchronized void gone(At at, AppName app) {
        put(apps, app, new Entry<>(at, Optional.empty()));
    }

    public synchronized void node(At at, NodeStatus status) {
        Entry<NodeStatus> before = nodes.get(status.name());
        if (put(nodes, status.name(), new Entry<>(at, status))) {
            if (before != null) {
                forget(before.what());
            }
            Map<AppName, List<ContainerStatus>> byApp = new HashMap<>();
            for (ContainerStatus container : status.containers()) {
                byApp.computeIfAbsent(container.app(), app -> new ArrayList<>()).add(container);
            }
            byApp.forEach((app, list) ->
                    containers.computeIfAbsent(app, name -> new TreeMap<>()).put(status.name(), list));
        }
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
