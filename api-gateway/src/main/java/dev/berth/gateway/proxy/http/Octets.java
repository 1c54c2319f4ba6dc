package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import io.netty.util.ByteProcessor;

/** Which bytes may stand where (RFC 9110, 5.6.2 and 5.5; RFC 9112, 3.2). */
final class Octets {
    private static final String NOT_IN_TOKENS = "\"(),/:;<=>?@[\\]{}";
    private static final String SUB_DELIMS = "!$&'()*+,;=";

    private static final boolean[] TOKENS = new boolean[256];
    private static final boolean[] TARGETS = new boolean[256];
    private static final boolean[] VALUES = new boolean[256];
    private static final boolean[] NAMES_OF_HOSTS = new boolean[256];

    static {
        for (int octet = 0; octet < 256; octet++) {
            boolean visible = octet > ' ' && octet < 0x7f;
            boolean unreserved =
                    Character.isLetterOrDigit(octet) && octet < 0x7f || visible && "-._~%".indexOf(octet) >= 0;
            TOKENS[octet] = visible && NOT_IN_TOKENS.indexOf(octet) < 0;
            // Browsers send brackets, bars and quotes as they are. A fragment is none of a server's business.
            TARGETS[octet] = visible && octet != '#';
            VALUES[octet] = octet >= ' ' && octet != 0x7f || octet == '\t';
            NAMES_OF_HOSTS[octet] = unreserved || visible && SUB_DELIMS.indexOf(octet) >= 0;
        }
    }

    // Each goes on as long as the bytes are of its kind.
    static final ByteProcessor TOKEN = octet -> TOKENS[octet & 0xff];
    static final ByteProcessor TARGET = octet -> TARGETS[octet & 0xff];
    static final ByteProcessor VALUE = octet -> VALUES[octet & 0xff];
    static final ByteProcessor HOST = octet -> NAMES_OF_HOSTS[octet & 0xff];
    static final ByteProcessor DIGIT = octet -> octet >= '0' && octet <= '9';

    private Octets() {}

    /** True where all bytes are of a kind; also where there are none. */
    static boolean all(ByteBuf bytes, int from, int to, ByteProcessor kind) {
        return bytes.forEachByte(from, to - from, kind) < 0;
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
    static boolean same(ByteBuf bytes, int from, int to, AsciiString lower) {
        if (to - from != lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            if (lower(bytes.getByte(from + i)) != lower.byteAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whatever the case of letters. */
    static boolean same(ByteBuf bytes, int from, int to, int otherFrom, int otherTo) {
        if (to - from != otherTo - otherFrom) {
            return false;
        }
        for (int i = 0; i < to - from; i++) {
            if (lower(bytes.getByte(from + i)) != lower(bytes.getByte(otherFrom + i))) {
                return false;
            }
        }
        return true;
    }

    static boolean startsWith(ByteBuf bytes, int from, int to, AsciiString lower) {
        return to - from >= lower.length() && same(bytes, from, from + lower.length(), lower);
    }

    private static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + 32) : octet;
    }
}
