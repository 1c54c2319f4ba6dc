package dev.berth.gateway.proxy.http;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/**
 * What an app's answer says to browsers where it comes under a path of the host that Berth's own pages have: what it
 * shows may run, and has an origin of its own, with no way into those pages (CSP Level 3, 6.3.2).
 */
public final class Sandbox {
    public static final AsciiString FIELD = new AsciiString("content-security-policy");
    public static final AsciiString POLICY =
            new AsciiString("sandbox allow-scripts allow-forms allow-popups allow-downloads");
    static final byte[] LINE = (FIELD + ": " + POLICY + "\r\n").getBytes(StandardCharsets.US_ASCII);

    private Sandbox() {}
}
