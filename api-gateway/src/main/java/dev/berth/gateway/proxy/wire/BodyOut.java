package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.proxy.http.Chunks;
import dev.berth.gateway.proxy.http.Fields;
import dev.berth.gateway.proxy.http.Framing;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** Writes a body of HTTP/1, framed as its head said. */
final class BodyOut {
    private static final int END_BYTES = 16;

    private BodyOut() {}

    /** @param framing null where the bytes go as they are */
    static void piece(ChannelHandlerContext context, Framing framing, ByteBuf piece) {
        Framing.Kind kind = framing == null ? Framing.Kind.UNTIL_CLOSE : framing.kind();
        switch (kind) {
            case NONE -> piece.release();
            case LENGTH, UNTIL_CLOSE -> context.write(piece, context.voidPromise());
            case CHUNKED -> {
                if (piece.isReadable()) {
                    context.write(Chunks.chunk(piece, context.alloc()), context.voidPromise());
                } else {
                    piece.release();
                }
            }
        }
    }

    /** @param trailers null for none; dropped where the framing has no place for them */
    static void end(ChannelHandlerContext context, Framing framing, Fields trailers) {
        if (framing != null && framing.kind() == Framing.Kind.CHUNKED) {
            ByteBuf end = context.alloc().buffer(END_BYTES);
            if (trailers == null) {
                Chunks.end(end);
            } else {
                Chunks.end(trailers, end);
            }
            context.write(end, context.voidPromise());
        }
    }
}
