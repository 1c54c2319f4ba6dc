package dev.berth.gateway.proxy.http;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/**
 * What the gateway says to containers of one client's connection, as bytes. It is made once for the connection and once
 * for each host that its requests name one after the other; most name one alone.
 */
public final class Sender {
    private static final AsciiString FORWARDED_FOR = new AsciiString("x-forwarded-for");
    private static final AsciiString FORWARDED_PROTO = new AsciiString("x-forwarded-proto");
    private static final AsciiString FORWARDED_HOST = new AsciiString("x-forwarded-host");
    private static final AsciiString FORWARDED = new AsciiString("forwarded");

    private final String address;
    private final String scheme;
    private byte[] authority;
    private byte[] block;

    /**
     * @param address of the client, without a port
     * @param scheme {@code http} or {@code https}
     */
    public Sender(String address, String scheme) {
        this.address = address;
        this.scheme = scheme;
    }

    /** Whether the client speaks TLS. */
    public boolean secure() {
        return scheme.equals("https");
    }

    /** The fields of a request that only the gateway says: the host, and who asked for it (RFC 7239). */
    byte[] block(RequestHead head) {
        if (authority == null || !head.names(authority)) {
            String host = head.authority();
            authority = host.getBytes(StandardCharsets.ISO_8859_1);
            block = block(host).getBytes(StandardCharsets.ISO_8859_1);
        }
        return block;
    }

    /** The same for HTTP/2, which says the host by itself. */
    void each(RequestHead head, Http2Fields.Sink to) {
        String host = head.authority();
        to.field(FORWARDED_FOR, new AsciiString(address));
        to.field(FORWARDED_PROTO, new AsciiString(scheme));
        to.field(FORWARDED_HOST, new AsciiString(host));
        to.field(FORWARDED, new AsciiString(forwarded(host)));
    }

    private String forwarded(String host) {
        String node = address.indexOf(':') >= 0 ? "\"[" + address + "]\"" : address;
        return "for=" + node + ";host=\"" + host + "\";proto=" + scheme;
    }

    private String block(String host) {
        return "host: " + host
                + "\r\nx-forwarded-for: " + address
                + "\r\nx-forwarded-proto: " + scheme
                + "\r\nx-forwarded-host: " + host
                + "\r\nforwarded: " + forwarded(host) + "\r\n";
    }
}
