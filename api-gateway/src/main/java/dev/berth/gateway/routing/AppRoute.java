package dev.berth.gateway.routing;

/** One app's routes, which one write replaces as a whole. */
public final class AppRoute {
    final String environment;
    final String name;
    /** The version that serves; 0 for none. */
    int live;

    private volatile Routes routes = Routes.NONE;

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
}
