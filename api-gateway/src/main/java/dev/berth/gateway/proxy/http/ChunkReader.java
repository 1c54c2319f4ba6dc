package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;

/**
 * Reads one chunked body (RFC 9112, 7.1), in whatever pieces it comes. Bodies pass as slices of what they came in;
 * extensions are checked and dropped. For a body it allocates itself, its trailers and the lines between its pieces once, for
 * a piece a slice.
 */
public final class ChunkReader {
    private static final int MOST_OF_A_LINE = 4_096;
    private static final BadMessage LONG_LINE = BadMessage.malformed("the line of a chunk's size is too long");
    private static final BadMessage MANY_EXTENSIONS =
            BadMessage.malformed("the chunks of a body have more extensions than this gateway takes");
    private static final BadMessage BAD_SIZE =
            BadMessage.malformed("the size of a chunk must be a hexadecimal number and no more, blanks neither");
    private static final BadMessage OVERFLOW = BadMessage.malformed("a chunk is larger than anybody can send");
    private static final BadMessage LONG_CHUNK = BadMessage.malformed("a chunk is longer than its size says");
    private static final BadMessage BAD_EXTENSION =
            BadMessage.malformed("what follows the size of a chunk is no extension");

    private enum At {
        SIZE,
        DATA,
        DATA_END,
        TRAILERS,
        END
    }

    private final Lines lines = new Lines();
    private final Fields trailers = new Fields(Fields.FEW);
    private final HeadLimits limits;
    private final boolean ofAnswer;
    private At at = At.SIZE;
    private long left;
    private long extensions;

    /** @param ofAnswer what it refuses is 502 then, else 400 */
    public ChunkReader(HeadLimits limits, boolean ofAnswer) {
        this.limits = limits;
        this.ofAnswer = ofAnswer;
    }

    /**
     * Takes what came, up to the next piece of the body.
     *
     * @return the piece, the caller's to release; null where the body has ended, or more has to come
     * @throws BadMessage after which nothing more can be read of the connection
     */
    public ByteBuf read(ByteBuf in) throws BadMessage {
        try {
            while (at != At.END) {
                if (at == At.DATA) {
                    return in.isReadable() ? data(in) : null;
                }
                if (!step(in)) {
                    return null;
                }
            }
            return null;
        } catch (BadMessage bad) {
            throw ofAnswer ? new BadMessage(502, bad.getMessage()) : bad;
        }
    }

    private ByteBuf data(ByteBuf in) {
        int length = (int) Math.min(left, in.readableBytes());
        left -= length;
        if (left == 0) {
            at = At.DATA_END;
        }
        return in.readRetainedSlice(length);
    }

    private boolean step(ByteBuf in) throws BadMessage {
        if (at == At.TRAILERS) {
            if (!trailers.read(in, lines, limits)) {
                return false;
            }
            trailers.hold(lines.take());
            at = At.END;
            return true;
        }
        boolean size = at == At.SIZE;
        if (!lines.next(in, size ? MOST_OF_A_LINE : 0, size ? LONG_LINE : LONG_CHUNK)) {
            return false;
        }
        if (size) {
            size(lines.bytes(), lines.start, lines.end);
            at = left == 0 ? At.TRAILERS : At.DATA;
        } else {
            at = At.SIZE;
        }
        lines.drop();
        return true;
    }

    private void size(byte[] bytes, int from, int to) throws BadMessage {
        int at = from;
        for (int digit; at < to && (digit = Octets.hex(bytes[at])) >= 0; at++) {
            if (left > Long.MAX_VALUE >> 4) {
                throw OVERFLOW;
            }
            left = left << 4 | digit;
        }
        if (at == from) {
            throw BAD_SIZE;
        }
        extensions += to - at;
        if (extensions > limits.head()) {
            throw MANY_EXTENSIONS;
        }
        while (at < to) {
            at = extension(bytes, at, to);
        }
    }

    /** One {@code ;name=value}, with blanks around its signs; the value may be missing (RFC 9112, 7.1.1). */
    private static int extension(byte[] bytes, int from, int to) throws BadMessage {
        int at = blanks(bytes, from, to);
        if (at == to || at == from && bytes[at] != ';') {
            throw BAD_SIZE;
        }
        if (bytes[at] != ';') {
            throw BAD_EXTENSION;
        }
        int name = blanks(bytes, at + 1, to);
        at = token(bytes, name, to);
        int sign = blanks(bytes, at, to);
        if (sign == to || bytes[sign] != '=') {
            return at;
        }
        int value = blanks(bytes, sign + 1, to);
        return value < to && bytes[value] == '"' ? quoted(bytes, value + 1, to) : token(bytes, value, to);
    }

    private static int blanks(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && Octets.blank(bytes[at])) {
            at++;
        }
        return at;
    }

    private static int token(byte[] bytes, int from, int to) throws BadMessage {
        int end = Octets.end(bytes, from, to, Octets.TOKEN);
        if (end == from) {
            throw BAD_EXTENSION;
        }
        return end;
    }

    private static int quoted(byte[] bytes, int from, int to) throws BadMessage {
        if (!Octets.all(bytes, from, to, Octets.VALUE)) {
            throw BAD_EXTENSION;
        }
        for (int at = from; at < to; at++) {
            byte octet = bytes[at];
            if (octet == '"') {
                return at + 1;
            }
            if (octet == '\\') {
                at++;
            }
        }
        throw BAD_EXTENSION;
    }

    /** True where the body has ended, trailers and all. */
    public boolean ended() {
        return at == At.END;
    }

    /** After the end. */
    public Fields trailers() {
        if (at != At.END) {
            throw new IllegalStateException("a body has trailers at its end");
        }
        return trailers;
    }
}
