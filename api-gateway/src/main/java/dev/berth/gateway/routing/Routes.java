package dev.berth.gateway.routing;

import dev.berth.gateway.traffic.LiveFunction;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * An app's routes as of one change.
 *
 * @param labels which of the functions a label leads to
 */
record Routes(Map<Key, FunctionRoute> functions, Map<String, FunctionRoute> labels) {
    static final Routes NONE = new Routes(Map.of(), Map.of());

    /** A function, in one version. */
    record Key(String function, int version) {}

    Routes {
        functions = Map.copyOf(functions);
        labels = Map.copyOf(labels);
    }

    /** The route of before where nothing about it has changed: whoever waits by that waits on. */
    FunctionRoute kept(FunctionRoute route) {
        FunctionRoute before = functions.get(new Key(route.function(), route.version()));
        return before != null && before.same(route) ? before : route;
    }

    /** The functions that a label led to by these routes, and leads to otherwise or no more by those that follow. */
    Set<LiveFunction> changedBy(Routes next) {
        Set<LiveFunction> changed = new HashSet<>();
        labels.forEach((label, route) -> {
            if (next.labels.get(label) != route) {
                changed.add(route.live());
            }
        });
        return changed;
    }
}
