package dev.berth.gateway.proxy.wire;

/** A client's connection, as the door sees it. */
interface Client {
    /** True while a request is. */
    boolean underWay();

    /** This gateway ends: no request is to follow those that are under way, and without one the connection ends now. */
    void leave();

    /** Ends it at once. */
    void close();

    Clients.Place place();
}
