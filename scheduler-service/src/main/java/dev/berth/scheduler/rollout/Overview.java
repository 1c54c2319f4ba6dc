package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Read-only answers to what people ask of the conductor's state. */
public final class Overview {
    public record Status(AppId app, int live, int rolling, List<String> reasons) {}

    public record Listed(Container container, boolean outdated) {}

    public record NodeStatus(String name, boolean lost, int cpuMillis, long memoryBytes, int cpuMillisFree,
            long memoryBytesFree, int containers, Instant seenAt) {}

    private final Map<AppId, AppEntry> apps;
    private final Nodes nodes;
    private final Instant at;

    Overview(Map<AppId, AppEntry> apps, Nodes nodes, Instant at) {
        this.apps = apps;
        this.nodes = nodes;
        this.at = at;
    }

    public List<Status> statuses(String environment) {
        return apps.values().stream().filter(app -> app.id.environment().equals(environment)).map(Overview::status)
                .toList();
    }

    public Optional<Status> status(AppId id) {
        return Optional.ofNullable(apps.get(id)).map(Overview::status);
    }

    private static Status status(AppEntry app) {
        boolean rolling = app.latest() != null && app.latest().step().underWay();
        return new Status(app.id, app.live, rolling ? app.begun : 0, app.reasons());
    }

    /** The rollout of a version, where the conductor still holds it. */
    public Optional<Rollout> rollout(AppId id, int version) {
        return Optional.ofNullable(apps.get(id)).map(app -> app.rollouts.get(version));
    }

    public String progress(AppId id, int version) {
        AppEntry app = apps.get(id);
        return app != null && app.begun == version ? app.progress() : "";
    }

    /** @param app empty for all of the environment */
    public List<Listed> containers(String environment, String app) {
        return apps.values().stream()
                .filter(entry -> entry.id.environment().equals(environment)
                        && (app.isEmpty() || entry.id.app().equals(app)))
                .flatMap(entry -> entry.containers.values().stream()
                        .map(container -> new Listed(container, container.version() < entry.live)))
                .toList();
    }

    public List<NodeStatus> nodes() {
        return nodes.all().values().stream()
                .map(node -> new NodeStatus(node.room.node(), node.lost, node.room.cpuMillis(), node.room.memoryBytes(),
                        node.room.cpuMillisFree(), node.room.memoryBytesFree(), node.room.containers(), node.heardAt))
                .toList();
    }

    public Instant at() {
        return at;
    }
}
