package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;

/** Walks along the elements of a list (RFC 9110, 5.6.1), the empty ones too, without the blanks around them. */
final class Elements {
    private final ByteBuf bytes;
    private final int end;
    private int next;

    int from;
    int to;

    Elements(ByteBuf bytes, int from, int to) {
        this.bytes = bytes;
        next = from;
        end = to;
    }

    /** An empty list has one empty element. */
    boolean next() {
        if (next > end) {
            return false;
        }
        int comma = bytes.indexOf(next, end, (byte) ',');
        from = next;
        to = comma < 0 ? end : comma;
        next = to + 1;
        while (from < to && Octets.blank(bytes.getByte(from))) {
            from++;
        }
        while (to > from && Octets.blank(bytes.getByte(to - 1))) {
            to--;
        }
        return true;
    }
}
