package dev.berth.gateway.proxy.http;

import io.netty.util.AsciiString;

/** Which bytes may stand where (RFC 9110, 5.6.2 and 5.5; RFC 9112, 3.2). */
final class Octets {
    private static final String NOT_IN_TOKENS = "\"(),/:;<=>?@[\\]{}";
    private static final String SUB_DELIMS = "!$&'()*+,;=";

    // Each has the bytes of a kind.
    static final boolean[] TOKEN = new boolean[256];
    static final boolean[] TARGET = new boolean[256];
    static final boolean[] VALUE = new boolean[256];
    static final boolean[] HOST = new boolean[256];
    static final boolean[] DIGIT = new boolean[256];

    static {
        for (int octet = 0; octet < 256; octet++) {
            boolean visible = octet > ' ' && octet < 0x7f;
            boolean unreserved =
                    Character.isLetterOrDigit(octet) && octet < 0x7f || visible && "-._~%".indexOf(octet) >= 0;
            TOKEN[octet] = visible && NOT_IN_TOKENS.indexOf(octet) < 0;
            // Browsers send brackets, bars and quotes as they are. A fragment is none of a server's business.
            TARGET[octet] = visible && octet != '#';
            VALUE[octet] = octet >= ' ' && octet != 0x7f || octet == '\t';
            HOST[octet] = unreserved || visible && SUB_DELIMS.indexOf(octet) >= 0;
            DIGIT[octet] = octet >= '0' && octet <= '9';
        }
    }

    private Octets() {}

    /** True where all bytes are of a kind; also where there are none. */
    static boolean all(byte[] bytes, int from, int to, boolean[] kind) {
        return end(bytes, from, to, kind) == to;
    }

    /** Where the first byte is that is not of a kind; {@code to} where there is none. */
    static int end(byte[] bytes, int from, int to, boolean[] kind) {
        int at = from;
        while (at < to && kind[bytes[at] & 0xff]) {
            at++;
        }
        return at;
    }

    /** Where a byte is; {@code to} where it is not. */
    static int find(byte[] bytes, int from, int to, char octet) {
        int at = from;
        while (at < to && bytes[at] != octet) {
            at++;
        }
        return at;
    }

    static boolean blank(int octet) {
        return octet == ' ' || octet == '\t';
    }

    /** The value of a hexadecimal digit; -1 for anything else. */
    static int hex(int octet) {
        if (octet >= '0' && octet <= '9') {
            return octet - '0';
        }
        int lower = octet | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /** Whatever the case of letters. */
    static boolean same(byte[] bytes, int from, int to, AsciiString lower) {
        if (to - from != lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            if (lower(bytes[from + i]) != lower.byteAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whatever the case of letters. */
    static boolean same(byte[] bytes, int from, int to, int otherFrom, int otherTo) {
        if (to - from != otherTo - otherFrom) {
            return false;
        }
        for (int i = 0; i < to - from; i++) {
            if (lower(bytes[from + i]) != lower(bytes[otherFrom + i])) {
                return false;
            }
        }
        return true;
    }

    static boolean startsWith(byte[] bytes, int from, int to, AsciiString lower) {
        return to - from >= lower.length() && same(bytes, from, from + lower.length(), lower);
    }

    private static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + 32) : octet;
    }
}
