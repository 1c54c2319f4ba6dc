package dev.berth.gateway.proxy.http;

/** Walks along the elements of a list (RFC 9110, 5.6.1), the empty ones too, without the blanks around them. */
final class Elements {
    private final byte[] bytes;
    private final int end;
    private int next;

    int from;
    int to;

    Elements(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        next = from;
        end = to;
    }

    /** An empty list has one empty element. */
    boolean next() {
        if (next > end) {
            return false;
        }
        from = next;
        to = Octets.find(bytes, from, end, ',');
        next = to + 1;
        while (from < to && Octets.blank(bytes[from])) {
            from++;
        }
        while (to > from && Octets.blank(bytes[to - 1])) {
            to--;
        }
        return true;
    }
}
