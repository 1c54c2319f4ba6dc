package dev.berth.gateway.proxy.exchange;

import dev.berth.gateway.proxy.http.RequestHead;
import dev.berth.gateway.routing.Hosts;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/**
 * What the requests of one client's connection are addressed to. The host of the last one is remembered, since most
 * connections name one for all their requests.
 */
public final class Addressing {
    private static final AsciiString PREFIX = new AsciiString(Hosts.PREFIX);

    private final Hosts hosts;
    private byte[] authority = {};
    private Address last;

    /**
     * Where a request is to go.
     *
     * @param label of an app; null for the API
     * @param prefix bytes of the path that are not the app's
     */
    public record Address(String label, int prefix) {
        static final Address API = new Address(null, 0);
    }

    public Addressing(Hosts hosts) {
        this.hosts = hosts;
        last = Address.API;
    }

    public Address of(RequestHead head) {
        if (!head.names(authority)) {
            String host = head.authority();
            authority = host.getBytes(StandardCharsets.ISO_8859_1);
            String label = hosts.label(Hosts.withoutPort(host));
            last = label == null ? Address.API : new Address(label, 0);
        }
        return last.label() == null && head.pathStartsWith(PREFIX) ? byPath(head.path()) : last;
    }

    private static Address byPath(String path) {
        String label = Hosts.labelOfPath(path);
        return label == null
                ? Address.API
                : new Address(label, Hosts.prefix(label).length());
    }
}
