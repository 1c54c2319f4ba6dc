package dev.berth.gateway.routing;

import dev.berth.gateway.traffic.LiveFunction;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** One app's routes, which one write replaces as a whole, and its functions, which outlast that. */
public final class AppRoute {
    final String environment;
    final String name;
    /** The version that serves; 0 for none. */
    int live;

    private volatile Routes routes = Routes.NONE;
    /** By name; for whoever changes the routes alone. */
    private final Map<String, LiveFunction> functions = new HashMap<>();

    private final AtomicInteger parked = new AtomicInteger();

    AppRoute(String environment, String name) {
        this.environment = environment;
        this.name = name;
    }

    @Override
    public String toString() {
        return environment + "/" + name;
    }

    /** The function that a label of this app leads to now; null where the label leads nowhere any more. */
    public FunctionRoute function(String label) {
        return routes.labels().get(label);
    }

    Routes routes() {
        return routes;
    }

    /** The cutover: from here on, every look-up finds these. */
    void replace(Routes next) {
        routes = next;
    }

    LiveFunction live(String function) {
        return functions.computeIfAbsent(function, called -> new LiveFunction(environment, name, called, parked));
    }

    void forgetAllBut(Set<String> named) {
        functions.keySet().retainAll(named);
    }
}
