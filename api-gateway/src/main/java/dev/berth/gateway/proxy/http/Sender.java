package dev.berth.gateway.proxy.http;

import java.nio.charset.StandardCharsets;

/**
 * What the gateway says to containers of one client's connection, as bytes. It is made once for the connection and once
 * for each host that its requests name one after the other; most name one alone.
 */
public final class Sender {
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

    /** The fields of a request that only the gateway says: the host, and who asked for it (RFC 7239). */
    byte[] block(RequestHead head) {
        if (authority == null || !head.names(authority)) {
            String host = head.authority();
            authority = host.getBytes(StandardCharsets.ISO_8859_1);
            block = block(host).getBytes(StandardCharsets.ISO_8859_1);
        }
        return block;
    }

    private String block(String host) {
        String node = address.indexOf(':') >= 0 ? "\"[" + address + "]\"" : address;
        return "host: " + host
                + "\r\nx-forwarded-for: " + address
                + "\r\nx-forwarded-proto: " + scheme
                + "\r\nx-forwarded-host: " + host
                + "\r\nforwarded: for=" + node + ";host=\"" + host + "\";proto=" + scheme + "\r\n";
    }
}
