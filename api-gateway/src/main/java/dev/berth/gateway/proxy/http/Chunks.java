package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/** Writes a chunked body (RFC 9112, 7.1). */
public final class Chunks {
    private static final ByteBuf CRLF = Unpooled.unreleasableBuffer(
                    Unpooled.directBuffer(2).writeBytes(Passing.CRLF))
            .asReadOnly();
    private static final byte[] LAST = Passing.ascii("0\r\n");
    /** Hexadecimal digits of an int, and CR LF. */
    private static final int MOST_OF_A_LINE = 10;

    private Chunks() {}

    /**
     * A piece of a body as a chunk; nothing of it is copied. Allocates the chunk's first line and what holds its parts.
     *
     * @param piece from now on the chunk's; not empty, which would be the body's end
     */
    public static ByteBuf chunk(ByteBuf piece, ByteBufAllocator allocator) {
        if (!piece.isReadable()) {
            piece.release();
            throw new IllegalArgumentException("an empty chunk ends the body");
        }
        ByteBuf line = allocator.buffer(MOST_OF_A_LINE);
        int size = piece.readableBytes();
        for (int shift = 28 - Integer.numberOfLeadingZeros(size) / 4 * 4; shift >= 0; shift -= 4) {
            line.writeByte(Character.forDigit(size >> shift & 0xf, 16));
        }
        line.writeBytes(Passing.CRLF);
        return allocator
                .compositeBuffer(3)
                .addComponent(true, line)
                .addComponent(true, piece)
                .addComponent(true, CRLF.duplicate());
    }

    /** The end of a body. */
    public static void end(ByteBuf out) {
        out.writeBytes(LAST).writeBytes(Passing.CRLF);
    }

    /** The end of a body with its trailers, those of framing and routing left out (RFC 9110, 6.5.1). */
    public static void end(Fields trailers, ByteBuf out) {
        out.writeBytes(LAST);
        Passing.fields(trailers, Passing.Of.TRAILERS, out);
        out.writeBytes(Passing.CRLF);
    }
}
