package dev.berth.gateway.proxy.wire;

import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;

/** How much of HTTP/2's bodies may come before it is passed on (RFC 9113, 5.2). */
final class Windows {
    /** Bytes of one stream. */
    static final int STREAM = 256 << 10;

    /** Bytes of a whole connection: those of streams that stand still must leave room for all others. */
    private static final int CONNECTION = 32 << 20;

    private Windows() {}

    /** Once a connection is there, and before anything comes by it. */
    static void widen(Http2FrameCodec codec) {
        Http2Connection connection = codec.connection();
        try {
            connection
                    .local()
                    .flowController()
                    .incrementWindowSize(
                            connection.connectionStream(), CONNECTION - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
        } catch (Http2Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
