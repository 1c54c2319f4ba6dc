package dev.berth.e2e.simulation;

import dev.berth.gateway.status.AppStatus;
import dev.berth.gateway.status.ContainerStatus;
import dev.berth.gateway.status.NodeStatus;
import dev.berth.gateway.status.Shown;
import dev.berth.scheduler.cluster.AppView;
import dev.berth.scheduler.cluster.ClusterView;
import dev.berth.scheduler.cluster.NodeView;
import dev.berth.scheduler.cluster.Stranger;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.Container;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Somebody who looks at what the scheduler shows, through a gateway; that gateway's memory is the real one. */
final class Onlooker {
    private final World world;
    private final Shown shown = new Shown(0);
    private long sequence;

    Onlooker(World world) {
        this.world = world;
    }

    /** A leader shows what has changed; what does not come is shown again. */
    void show(ClusterView.Shown changed, long epoch, ClusterView view, Set<Runnable> again) {
        changed.nodes().forEach(node -> {
            Shown.At at = new Shown.At(epoch, ++sequence);
            send(() -> shown.node(at, of(node)), () -> view.showAgain(node.name()), again);
        });
        changed.apps().forEach(app -> {
            Shown.At at = new Shown.At(epoch, ++sequence);
            send(() -> shown.app(at, of(app)), () -> view.showAgain(app.id().name()), again);
        });
        changed.gone().forEach(app -> {
            Shown.At at = new Shown.At(epoch, ++sequence);
            send(() -> shown.gone(at, of(app)), () -> view.showAgain(app), again);
        });
    }

    private void send(Runnable delivery, Runnable unsent, Set<Runnable> again) {
        if (!world.send(delivery)) {
            again.add(unsent);
        }
    }

    void head(long epoch, boolean all) {
        shown.head(epoch, all, 0);
    }

    private static dev.berth.gateway.status.AppName of(AppName name) {
        return new dev.berth.gateway.status.AppName(name.environment(), name.app());
    }

    private static AppStatus of(AppView app) {
        return new AppStatus(
                of(app.id().name()), app.id().life(), app.live(), app.rolling(), app.newest(), app.reasons(), Map.of());
    }

    private static NodeStatus of(NodeView node) {
        return new NodeStatus(
                node.name(),
                NodeStatus.State.valueOf(node.state().name()),
                node.cpuMillis(),
                node.memoryBytes(),
                node.cpuMillisFree(),
                node.memoryBytesFree(),
                node.containers().size(),
                node.seenAt(),
                node.conditions(),
                List.of(),
                Stream.concat(
                                node.containers().stream().map(container -> of(node, container)),
                                node.strangers().stream().map(stranger -> of(node, stranger)))
                        .toList());
    }

    private static ContainerStatus of(NodeView node, Container container) {
        return new ContainerStatus(
                container.id(),
                of(container.app().name()),
                container.app().life(),
                container.version(),
                container.function(),
                node.name(),
                container.ready() ? ContainerStatus.State.READY : ContainerStatus.State.STARTING,
                container.reason(),
                container.orderedAt(),
                "",
                "",
                false);
    }

    private static ContainerStatus of(NodeView node, Stranger stranger) {
        return new ContainerStatus(
                stranger.id(),
                of(stranger.app()),
                "",
                stranger.version(),
                stranger.function(),
                node.name(),
                ContainerStatus.State.READY,
                "",
                stranger.until(),
                "",
                "",
                false);
    }

    /** When nothing is lost any more, it sees what is so. */
    void rest(List<AppName> names, ClusterView view, Database database) {
        for (AppName name : names) {
            Optional<AppStatus> is = view.app(name).map(Onlooker::of);
            Optional<AppStatus> seen = shown.app(of(name));
            if (!seen.equals(is)) {
                throw world.breach("at rest, " + name + " is shown as " + seen + " and is " + is);
            }
            Set<String> has = database.containers.values().stream()
                    .filter(container -> container.app().name().equals(name))
                    .map(container -> container.id() + " ready " + container.ready())
                    .collect(Collectors.toSet());
            List<ContainerStatus> containers = shown.containers(of(name));
            Set<String> are = containers.stream()
                    .map(container -> container.id() + " ready " + (container.state() == ContainerStatus.State.READY))
                    .collect(Collectors.toSet());
            if (!are.equals(has) || containers.size() != has.size()) {
                throw world.breach("at rest, containers of " + name + " are shown as " + are + " and are " + has);
            }
        }
    }
}
