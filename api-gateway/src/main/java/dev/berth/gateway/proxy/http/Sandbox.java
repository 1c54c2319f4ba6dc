package dev.berth.gateway.proxy.http;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What an app's answer says to browsers where it comes under a path of the host that Berth's own pages have: what it
 * shows may run, and has an origin of its own, with no way into those pages (CSP Level 3, 6.3.2).
 */
public final class Sandbox {
    public static final AsciiString FIELD = new AsciiString("content-security-policy");
    public static final AsciiString POLICY =
            new AsciiString("sandbox allow-scripts allow-forms allow-popups allow-downloads");
    static final byte[] LINE = (FIELD + ": " + POLICY + "\r\n").getBytes(StandardCharsets.US_ASCII);

    /** Part of the name of the pages' cookie, whatever comes before it. */
    static final byte[] SESSION = "berth_session".getBytes(StandardCharsets.US_ASCII);

    private Sandbox() {}

    /**
     * Whether a cookie's field has to do with the pages' session: an app never sees it, and can't set one. The field is left
     * out as a whole then.
     */
    static boolean namesSession(Fields fields, int field) {
        byte[] bytes = fields.bytes();
        int last = fields.valueTo(field) - SESSION.length;
        for (int at = fields.valueAt(field); at <= last; at++) {
            if (Arrays.equals(bytes, at, at + SESSION.length, SESSION, 0, SESSION.length)) {
                return true;
            }
        }
        return false;
    }
}
