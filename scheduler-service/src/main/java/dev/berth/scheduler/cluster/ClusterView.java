package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.AppName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What people see, as of the last turn's end: whole apps and whole nodes. It is published as it changes, so that whoever
 * asks never waits for the loop that decides. Not thread-safe: that loop owns it.
 */
public final class ClusterView {
    /**
     * What is to be published.
     *
     * @param gone names of apps that are known no more
     */
    public record Shown(List<AppView> apps, List<AppName> gone, List<NodeView> nodes) {}

    private final Map<AppName, AppView> apps = new TreeMap<>();
    private final Map<String, NodeView> nodes = new TreeMap<>();
    private final Set<AppName> newApps = new TreeSet<>();
    private final Set<String> newNodes = new TreeSet<>();

    void show(AppView app) {
        if (!app.equals(apps.put(app.id().name(), app))) {
            newApps.add(app.id().name());
        }
    }

    void hide(AppName app) {
        apps.remove(app);
        newApps.add(app);
    }

    void show(NodeView node) {
        NodeView before = nodes.get(node.name());
        if (before == null || node.differs(before)) {
            nodes.put(node.name(), node);
            newNodes.add(node.name());
        }
    }

    /** It was not heard. */
    public void showAgain(AppName app) {
        newApps.add(app);
    }

    /** It was not heard. */
    public void showAgain(String node) {
        newNodes.add(node);
    }

    /** Nobody may have heard anything. */
    public void showAllAgain() {
        newApps.addAll(apps.keySet());
        newNodes.addAll(nodes.keySet());
    }

    /** What has changed since the last call. */
    public Shown take() {
        Shown shown = new Shown(
                newApps.stream().map(apps::get).filter(app -> app != null).toList(),
                newApps.stream().filter(name -> !apps.containsKey(name)).toList(),
                newNodes.stream().map(nodes::get).toList());
        newApps.clear();
        newNodes.clear();
        return shown;
    }

    public Optional<AppView> app(AppName name) {
        return Optional.ofNullable(apps.get(name));
    }

    public Optional<NodeView> node(String name) {
        return Optional.ofNullable(nodes.get(name));
    }

    /** By name. */
    public Collection<NodeView> nodes() {
        return nodes.values();
    }
}
