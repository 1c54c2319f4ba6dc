package dev.berth.gateway.proxy;

import dev.berth.gateway.routing.Hosts;
import io.vertx.core.http.HttpConnection;

/**
 * One connection of a client. What follows from its address and from the host it names is worked out once, since most
 * connections name one host for all their requests. Those of HTTP/2 may each name another at the same time.
 */
final class ClientConnection {
    /**
     * The host that a request names.
     *
     * @param authority with its port where it has one, as the client wrote it
     * @param label that the host names; null where it is not an app's
     * @param forwarded the value of the header Forwarded (RFC 7239)
     */
    record Named(String authority, String label, String forwarded) {}

    final HttpConnection connection;
    final boolean http2;
    final String address;
    final String scheme;
    /** Its client said, beside something else, that no request follows: Vert.x knows the plain {@code close} alone. */
    boolean leaving;
    /** Requests that have begun and are not over. */
    int underWay;
    /** When the last request began or ended. */
    long usedAt;
    /** Not before then is the connection idle for too long. */
    long lookAt;

    private final Hosts hosts;
    private Named last;

    ClientConnection(HttpConnection connection, boolean http2, Hosts hosts, long lookAt) {
        this.connection = connection;
        this.http2 = http2;
        this.hosts = hosts;
        this.lookAt = lookAt;
        address = connection.remoteAddress().hostAddress();
        scheme = connection.isSsl() ? "https" : "http";
        last = named("");
    }

    Named names(String authority) {
        if (!authority.equals(last.authority())) {
            last = named(authority);
        }
        return last;
    }

    private Named named(String authority) {
        return new Named(
                authority,
                hosts.label(Hosts.withoutPort(authority)),
                "for=" + (address.indexOf(':') >= 0 ? "\"[" + address + "]\"" : address) + ";host=\""
                        + authority.replace("\\", "\\\\").replace("\"", "\\\"") + "\";proto=" + scheme);
    }
}
