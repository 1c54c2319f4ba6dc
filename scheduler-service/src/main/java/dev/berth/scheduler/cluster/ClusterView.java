package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.AppName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What people ask for, readable on any thread. The loop that decides replaces at each turn's end what that turn touched,
 * whole apps at a time; who reads never waits for it, and never sees an app half-way.
 */
public final class ClusterView {
    private final ConcurrentNavigableMap<AppName, AppView> apps = new ConcurrentSkipListMap<>();
    private final ConcurrentNavigableMap<String, NodeView> nodes = new ConcurrentSkipListMap<>();
    private volatile List<Stranger> strangers = List.of();

    void show(AppView app) {
        apps.put(app.id().name(), app);
    }

    void hide(AppName app) {
        apps.remove(app);
    }

    void show(NodeView node) {
        nodes.put(node.name(), node);
    }

    void show(List<Stranger> now) {
        strangers = List.copyOf(now);
    }

    public Optional<AppView> app(AppName name) {
        return Optional.ofNullable(apps.get(name));
    }

    /** By name. */
    public Collection<AppView> apps(String environment) {
        return apps.subMap(new AppName(environment, ""), new AppName(environment + "\0", ""))
                .values();
    }

    /** By name. */
    public Collection<NodeView> nodes() {
        return nodes.values();
    }

    /** Containers that run and that the database does not know. */
    public List<Stranger> strangers() {
        return strangers;
    }
}
