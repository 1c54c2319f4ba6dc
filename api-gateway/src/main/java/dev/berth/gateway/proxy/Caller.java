package dev.berth.gateway.proxy;

import dev.berth.gateway.routing.Hosts;
import io.vertx.core.http.HttpConnection;

/**
 * One connection of a client. What follows from its address and from the host it names is worked out once, since most
 * connections name one host for all their requests.
 */
final class Caller {
    final String address;
    final String scheme;
    /** Requests that have begun and are not over. */
    int underWay;
    /** Milliseconds since 1970, when the last request began or ended. */
    long usedAt;
    /** Milliseconds since 1970; not before then is the connection idle for too long. */
    long lookAt;
    private final Hosts hosts;
    private String authority = "";
    private String label;
    private String forwarded;

    Caller(HttpConnection connection, Hosts hosts, long lookAt) {
        this.hosts = hosts;
        this.lookAt = lookAt;
        address = connection.remoteAddress().hostAddress();
        scheme = connection.isSsl() ? "https" : "http";
        names("");
    }

    /** Says which host the connection's next request names. */
    void names(String host) {
        if (forwarded != null && host.equals(authority)) {
            return;
        }
        authority = host;
        label = hosts.label(Hosts.withoutPort(host));
        forwarded = "for=" + (address.indexOf(':') >= 0 ? "\"[" + address + "]\"" : address) + ";host=\""
                + host.replace("\\", "\\\\").replace("\"", "\\\"") + "\";proto=" + scheme;
    }

    /** The host, with its port where it has one, as the client wrote it. */
    String authority() {
        return authority;
    }

    /** The label that the host names; null where it is not an app's. */
    String label() {
        return label;
    }

    /** The value of the header Forwarded (RFC 7239). */
    String forwarded() {
        return forwarded;
    }
}
