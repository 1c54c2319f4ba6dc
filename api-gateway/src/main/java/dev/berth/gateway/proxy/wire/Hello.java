package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.proxy.tls.Tls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.List;

/** The first words of a client that speaks TLS, which name the host that it wants. What is no TLS goes on as it came. */
final class Hello extends AbstractSniHandler<SslHandler> {
    /** A record of TLS that belongs to a handshake begins so (RFC 8446, 5.1). */
    private static final int HANDSHAKE = 22;

    private final Tls tls;
    private boolean begun;

    Hello(Tls tls) {
        // How long all of it may take is Handshake's to say.
        super(0);
        this.tls = tls;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (!begun && in.getUnsignedByte(in.readerIndex()) != HANDSHAKE) {
            context.pipeline().remove(this);
            return;
        }
        begun = true;
        super.decode(context, in, out);
    }

    @Override
    protected Future<SslHandler> lookup(ChannelHandlerContext context, String name) {
        return context.executor().newSucceededFuture(tls.handler(name, context.alloc()));
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext context, String name, Future<SslHandler> found) {
        SslHandler handler = found.getNow();
        handler.setHandshakeTimeoutMillis(0);
        try {
            context.pipeline().replace(this, null, handler);
            handler = null;
        } finally {
            if (handler != null) {
                ReferenceCountUtil.release(handler.engine());
            }
        }
    }
}
