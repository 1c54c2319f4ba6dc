package dev.berth.gateway.page;

import dev.berth.gateway.api.ClusterApi;
import dev.berth.gateway.api.Views.AppView;
import dev.berth.gateway.api.Views.ContainerView;
import dev.berth.gateway.api.Views.NodeView;
import dev.berth.gateway.status.ContainerStatus;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestQuery;

/** What is there: all at a glance, apps, containers, nodes. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
@LoggedIn
public class ListPages {
    private static final List<String> STATES = Arrays.stream(ContainerStatus.State.values())
            .map(one -> one.name().toLowerCase(Locale.ROOT))
            .toList();

    private final Everything everything;
    private final ClusterApi cluster;
    private final Frame.Maker frames;

    ListPages(Everything everything, ClusterApi cluster, Frame.Maker frames) {
        this.everything = everything;
        this.cluster = cluster;
        this.frames = frames;
    }

    public record Overview(
            Frame frame, List<AppView> rolling, List<Attention> attention, Fleet fleet, long apps, long live)
            implements TemplateInstance {}

    /** @param ready of an app's containers, those that serve; of all that it has */
    public record AppRow(AppView app, long ready, long all) {}

    public record Apps(Frame frame, List<AppRow> apps, String search) implements TemplateInstance {}

    /** @param states those that can be asked for */
    public record Containers(
            Frame frame, List<ContainerView> containers, String search, String state, String node, List<String> states)
            implements TemplateInstance {}

    public record Nodes(Frame frame, List<NodeRow> nodes) implements TemplateInstance {}

    public record NodeRow(NodeView node, List<ContainerView> containers) {
        public double cpuUsed() {
            return node.cpu() - node.cpuFree();
        }

        public long memoryUsed() {
            return node.memoryBytes() - node.memoryBytesFree();
        }
    }

    @GET
    public Uni<Overview> overview() {
        return everything.apps().map(apps -> {
            List<NodeView> nodes = cluster.nodes();
            return new Overview(
                    frames.frame("Overview", "overview", Topics.APPS + " " + Topics.NODES),
                    apps.stream().filter(app -> app.rollingVersion() != null).toList(),
                    Attention.of(apps, nodes),
                    Fleet.of(nodes),
                    apps.size(),
                    apps.stream().filter(app -> app.version() != null).count());
        });
    }

    /** @param search part of an app's name */
    @GET
    @Path("apps")
    public Uni<Apps> apps(@RestQuery String search) {
        String text = search == null ? "" : search.strip();
        return everything
                .apps()
                .chain(apps -> everything.containers().map(containers -> {
                    Map<String, List<ContainerView>> byApp = containers.stream()
                            .collect(Collectors.groupingBy(
                                    container -> container.environment() + "/" + container.app()));
                    return new Apps(
                            frames.frame("Apps", "apps", Topics.APPS),
                            apps.stream()
                                    .filter(app -> app.name().contains(text))
                                    .map(app -> row(
                                            app, byApp.getOrDefault(app.environment() + "/" + app.name(), List.of())))
                                    .toList(),
                            text);
                }));
    }

    private static AppRow row(AppView app, List<ContainerView> containers) {
        return new AppRow(
                app,
                containers.stream()
                        .filter(container -> container.state().equals("ready"))
                        .count(),
                containers.size());
    }

    /** @param search part of an app's name or a container's id */
    @GET
    @Path("containers")
    public Uni<Containers> containers(@RestQuery String search, @RestQuery String state, @RestQuery String node) {
        String text = search == null ? "" : search.strip();
        String wanted = state == null ? "" : state;
        String on = node == null ? "" : node;
        return everything
                .containers()
                .map(containers -> new Containers(
                        frames.frame("Containers", "containers", Topics.APPS + " " + Topics.NODES),
                        containers.stream()
                                .filter(one ->
                                        one.app().contains(text) || one.id().contains(text))
                                .filter(one -> wanted.isEmpty() || one.state().equals(wanted))
                                .filter(one -> on.isEmpty() || one.node().equals(on))
                                .toList(),
                        text,
                        wanted,
                        on,
                        STATES));
    }

    @GET
    @Path("nodes")
    public Uni<Nodes> nodes() {
        return everything.containers().map(containers -> {
            Map<String, List<ContainerView>> byNode =
                    containers.stream().collect(Collectors.groupingBy(ContainerView::node));
            return new Nodes(
                    frames.frame("Nodes", "nodes", Topics.NODES),
                    cluster.nodes().stream()
                            .map(node -> new NodeRow(node, byNode.getOrDefault(node.name(), List.of())))
                            .toList());
        });
    }
}
