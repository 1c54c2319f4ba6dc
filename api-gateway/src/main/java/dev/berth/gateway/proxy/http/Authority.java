package dev.berth.gateway.proxy.http;

/** A host, and a port where it has one (RFC 3986, 3.2.2 and 3.2.3): no user, no path, no blanks. */
final class Authority {
    private static final int MOST_DIGITS = 5;

    private Authority() {}

    /** True for none at all as well: that is what a message says whose host nobody knows (RFC 9110, 7.2). */
    static boolean valid(byte[] bytes, int from, int to) {
        int end = hostEnd(bytes, from, to);
        if (end < 0) {
            return false;
        }
        return end == to
                || bytes[end] == ':'
                        && end > from
                        && to - end <= 1 + MOST_DIGITS
                        && Octets.all(bytes, end + 1, to, Octets.DIGIT);
    }

    /** True where it has a host and a port. */
    static boolean complete(byte[] bytes, int from, int to) {
        int end = hostEnd(bytes, from, to);
        return end > from && to - end > 1 && valid(bytes, from, to);
    }

    /** -1 where an address in brackets is none. */
    private static int hostEnd(byte[] bytes, int from, int to) {
        if (from == to || bytes[from] != '[') {
            return Octets.end(bytes, from, to, Octets.HOST);
        }
        int close = Octets.find(bytes, from, to, ']');
        if (close == to || close <= from + 2) {
            return -1;
        }
        for (int at = from + 1; at < close; at++) {
            byte octet = bytes[at];
            if (octet != ':' && octet != '.' && Octets.hex(octet) < 0) {
                return -1;
            }
        }
        return close + 1;
    }
}
