package dev.berth.gateway.page;

import dev.berth.gateway.status.Change;

/** What a page shows, as it is called between the stream of changes and the scripts of pages. */
final class Topics {
    /** Everything of all apps. */
    static final String APPS = "app:";

    static final String NODES = "node:";
    /** For pages of which nothing changes by itself. */
    static final String NONE = "";

    private Topics() {}

    static String app(String environment, String app) {
        return APPS + environment + "/" + app;
    }

    static String of(Change change) {
        return switch (change) {
            case Change.OfApp(var app) -> app(app.environment(), app.app());
            case Change.OfNode(var node) -> NODES + node;
        };
    }
}
