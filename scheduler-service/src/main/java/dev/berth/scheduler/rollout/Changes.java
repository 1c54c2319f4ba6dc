package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What has changed since the last turn: each thing as it is now. */
final class Changes {
    private final Map<String, Container> containers = new LinkedHashMap<>();
    private final Set<String> gone = new LinkedHashSet<>();
    private final Map<AppId, Turn.AppRow> apps = new TreeMap<>();
    private final Map<AppId, Map<Integer, Rollout>> rollouts = new TreeMap<>();
    private final Set<Turn.VersionKey> unneeded = new LinkedHashSet<>();
    private final Set<AppId> forgotten = new TreeSet<>();
    private final Set<String> orders = new TreeSet<>();

    void container(Container container) {
        containers.put(container.id(), container);
    }

    void gone(Container container) {
        containers.remove(container.id());
        gone.add(container.id());
    }

    void app(AppEntry app) {
        apps.put(app.id, new Turn.AppRow(app.id, app.live, app.begun));
    }

    void rollout(AppId app, Rollout rollout) {
        rollouts.computeIfAbsent(app, id -> new TreeMap<>()).put(rollout.version(), rollout);
    }

    /** A spec that nothing refers to any more. */
    void unneeded(AppId app, int version) {
        unneeded.add(new Turn.VersionKey(app, version));
    }

    /** An app, with all that was to be said of it. */
    void forgotten(AppId app) {
        apps.remove(app);
        rollouts.remove(app);
        forgotten.add(app);
    }

    /** Of a node: it is another one, or has to be sent again. */
    void order(String node) {
        orders.add(node);
    }

    /** Nodes whose order goes out. */
    Set<String> orders() {
        return orders;
    }

    Turn turn(List<Routes> routes, long sequence, Instant wakeAt) {
        List<Turn.RolloutRow> rows = rollouts.entrySet().stream().flatMap(
                app -> app.getValue().values().stream().map(rollout -> new Turn.RolloutRow(app.getKey(), rollout)))
                .toList();
        return new Turn(List.copyOf(containers.values()), gone, List.copyOf(apps.values()), rows, unneeded, forgotten,
                orders,
                routes, sequence, wakeAt);
    }
}
