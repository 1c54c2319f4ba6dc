package dev.berth.gateway.proxy.http;

import io.netty.util.AsciiString;

/** What a field is to a proxy. */
public enum FieldKind {
    /** Goes on as it came. */
    ORDINARY,
    HOST,
    CONNECTION,
    CONTENT_LENGTH,
    TRANSFER_ENCODING,
    TE,
    UPGRADE,
    EXPECT,
    /** For one connection, and not for what lies behind it. */
    HOP,
    /** What only the gateway says of a client. */
    OURS,
    /** What only the gateway says of an answer: that it is its own, and why. */
    GATEWAYS,
    /** What a browser keeps for a site, and what says that it is to keep or to forget it; else {@link #END_TO_END}. */
    COOKIE,
    SET_COOKIE,
    CLEARS_SITE,
    /** Ordinary, and nothing that {@code Connection} could take away: what a message is, where it goes, who sends it. */
    END_TO_END;

    private static final FieldKind[] ALL = values();

    static FieldKind at(int ordinal) {
        return ALL[ordinal];
    }

    /** Names by their length, each before its kind; the few that a length has are compared. */
    private static final Object[][] BY_LENGTH = {
        {},
        {},
        {"te", TE},
        {"age", END_TO_END},
        {"host", HOST, "date", END_TO_END, "etag", END_TO_END, "vary", END_TO_END},
        {"range", END_TO_END},
        {"expect", EXPECT, "cookie", COOKIE, "origin", END_TO_END, "pragma", END_TO_END},
        {"upgrade", UPGRADE, "expires", END_TO_END, "trailer", END_TO_END},
        {"location", END_TO_END},
        {"forwarded", OURS, "x-real-ip", OURS},
        {"connection", CONNECTION, "keep-alive", HOP, "user-agent", END_TO_END, "set-cookie", SET_COOKIE},
        {"retry-after", END_TO_END, "berth-error", GATEWAYS},
        {},
        {"authorization", END_TO_END, "cache-control", END_TO_END, "last-modified", END_TO_END},
        {"content-length", CONTENT_LENGTH, "http2-settings", HOP},
        {"x-forwarded-for", OURS, "clear-site-data", CLEARS_SITE},
        {"proxy-connection", HOP, "x-forwarded-host", OURS, "x-forwarded-port", OURS, "www-authenticate", END_TO_END},
        {"transfer-encoding", TRANSFER_ENCODING, "x-forwarded-proto", OURS},
        {"proxy-authenticate", HOP, "x-forwarded-prefix", OURS, "x-forwarded-server", OURS},
        {"proxy-authorization", HOP},
    };

    private static final AsciiString[] FAMILIES = {
        new AsciiString("content-"),
        new AsciiString("accept"),
        new AsciiString("if-"),
        new AsciiString("sec-websocket-")
    };

    static {
        for (Object[] names : BY_LENGTH) {
            for (int i = 0; i < names.length; i += 2) {
                names[i] = new AsciiString((String) names[i]);
            }
        }
    }

    /** Of a name, whatever its case. */
    static FieldKind of(byte[] bytes, int from, int to) {
        int length = to - from;
        if (length < BY_LENGTH.length) {
            Object[] names = BY_LENGTH[length];
            for (int i = 0; i < names.length; i += 2) {
                if (Octets.same(bytes, from, to, (AsciiString) names[i])) {
                    return (FieldKind) names[i + 1];
                }
            }
        }
        for (AsciiString family : FAMILIES) {
            if (Octets.startsWith(bytes, from, to, family)) {
                return END_TO_END;
            }
        }
        return ORDINARY;
    }
}
