package dev.berth.gateway.status;

/** Of what something else is shown now. */
public sealed interface Change {
    /** Of an app, its versions or its containers. */
    record OfApp(AppName app) implements Change {}

    record OfNode(String node) implements Change {}
}
