package dev.berth.gateway.page;

import dev.berth.gateway.api.Views.AppView;
import dev.berth.gateway.api.Views.NodeView;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that a person should look at.
 *
 * @param bad it does not work; else it works, and may not for long
 * @param page where it is dealt with
 * @param action what is done there
 */
public record Attention(boolean bad, String what, List<String> reasons, String page, String action) {
    /** What doesn't work first. */
    static List<Attention> of(List<AppView> apps, List<NodeView> nodes) {
        List<Attention> all = new ArrayList<>();
        apps.stream().filter(app -> app.stoppedAt() == null).forEach(app -> {
            boolean down = app.version() == null && app.rollingVersion() == null;
            if (down || !app.reasons().isEmpty()) {
                all.add(of(app, down));
            }
        });
        nodes.forEach(node -> {
            boolean lost = node.state().equals("lost");
            if (lost || !node.conditions().isEmpty()) {
                List<String> reasons =
                        lost ? List.of("nothing was heard of it lately; what it runs may run on") : node.conditions();
                all.add(new Attention(
                        lost, "Node " + node.name(), reasons, "/nodes#" + node.name(), "Look at the node"));
            }
        });
        return all.stream()
                .sorted((one, other) -> Boolean.compare(other.bad(), one.bad()))
                .toList();
    }

    private static Attention of(AppView app, boolean down) {
        String page = "/apps/" + app.environment() + "/" + app.name();
        boolean newestWaits = app.version() == null || app.newestVersion() != app.version();
        return new Attention(
                down,
                app.name() + (app.environment().equals("main") ? "" : " in " + app.environment()),
                down && app.reasons().isEmpty() ? List.of("no version of it serves") : app.reasons(),
                newestWaits ? page + "/versions/" + app.newestVersion() : page,
                newestWaits ? "See v" + app.newestVersion() : "See the app");
    }
}
