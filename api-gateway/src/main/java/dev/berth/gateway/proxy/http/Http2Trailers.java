package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Map;

/** The trailers of an HTTP/2 message as fields of HTTP/1.1, by the same grammar. */
public final class Http2Trailers {
    private Http2Trailers() {}

    /**
     * @param fields names and values, a character for each byte, as Netty's {@code Http2Headers} has them
     * @throws BadMessage of which the stream alone has to end
     */
    public static Fields of(
            Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> fields,
            HeadLimits limits,
            ByteBufAllocator allocator)
            throws BadMessage {
        ByteBuf lines = allocator.buffer();
        try {
            return Http2Text.trailers(fields, limits, lines);
        } finally {
            lines.release();
        }
    }
}
