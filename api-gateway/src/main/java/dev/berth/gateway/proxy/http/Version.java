package dev.berth.gateway.proxy.http;

import io.netty.util.AsciiString;

/** A version of HTTP that a message may have. */
public enum Version {
    HTTP_1_0,
    HTTP_1_1,
    HTTP_2;

    private static final AsciiString NAME = new AsciiString("HTTP/");
    private static final int LENGTH = 8;

    private static final BadMessage UNKNOWN = new BadMessage(505, "this gateway knows HTTP/1.1 and HTTP/1.0 here");

    /** Null where bytes are none. */
    private static Version parse(byte[] bytes, int from, int to) throws BadMessage {
        if (to - from != LENGTH || !name(bytes, from)) {
            return null;
        }
        int major = bytes[from + 5];
        int minor = bytes[from + 7];
        if (!digit(major) || bytes[from + 6] != '.' || !digit(minor)) {
            return null;
        }
        if (major != '1') {
            throw UNKNOWN;
        }
        // A higher minor one is read as the highest that is known (RFC 9110, 2.5).
        return minor == '0' ? HTTP_1_0 : HTTP_1_1;
    }

    /** @param none thrown where the bytes are none */
    static Version of(byte[] bytes, int from, int to, BadMessage none) throws BadMessage {
        Version version = parse(bytes, from, to);
        if (version == null) {
            throw none;
        }
        return version;
    }

    /** Unlike the names of fields, it has a case. */
    private static boolean name(byte[] bytes, int from) {
        for (int i = 0; i < NAME.length(); i++) {
            if (bytes[from + i] != NAME.byteAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean digit(int octet) {
        return octet >= '0' && octet <= '9';
    }
}
