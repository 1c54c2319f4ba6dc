package dev.berth.gateway.proxy.wire;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** How a client's connection of HTTP/1 ends. */
final class Farewell {
    private Farewell() {}

    /** When all that was written is out. */
    static void afterFlush(ChannelHandlerContext context) {
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /**
     * When all that was written is out, in this direction: a connection that is closed while bytes arrive takes the answer
     * along that its client has not read yet.
     */
    static void ofOutput(ChannelHandlerContext context) {
        ChannelFuture written = context.writeAndFlush(Unpooled.EMPTY_BUFFER);
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (tls == null) {
            written.addListener(sent -> shutOutput(context));
        } else {
            // TLS has an end of its own (RFC 8446, 6.1), and drops what was not written before it.
            written.addListener(sent -> tls.closeOutbound().addListener(ended -> shutOutput(context)));
        }
    }

    private static void shutOutput(ChannelHandlerContext context) {
        if (context.channel() instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
    }

    /**
     * At once, so that nobody takes what was sent for the whole.
     *
     * @param untilClose an end in order would say just that
     */
    static void cut(ChannelHandlerContext context, boolean untilClose) {
        if (!untilClose) {
            context.close();
            return;
        }
        context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        ChannelHandlerContext tls = context.pipeline().context(SslHandler.class);
        // Past TLS, whose last word would say that all is well.
        (tls == null ? context : tls).close();
    }
}
