package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.proxy.exchange.Stream;
import dev.berth.gateway.proxy.http.BadMessage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;

/**
 * What both ends of HTTP/1 have in common: bytes come in pieces and are taken one step after the other, as long as
 * somebody wants them. What nobody wants yet waits, and the other end with it.
 */
abstract class Http1Stream extends ChannelInboundHandlerAdapter implements Stream {
    ChannelHandlerContext context;
    private ByteBuf pending;
    private boolean taking;
    /** More of a body that comes in is wanted. */
    boolean reading;

    @Override
    public final void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /**
     * Takes the next step.
     *
     * @param in may have nothing to read
     * @return false where nothing more can be done with what is there, for now
     */
    abstract boolean step(ByteBuf in) throws BadMessage;

    /** What came is not HTTP; of what comes nothing is read any more. */
    abstract void bad(BadMessage why);

    /** True where more should be read of the connection. */
    abstract boolean wanted();

    @Override
    public final void channelRead(ChannelHandlerContext same, Object message) {
        ByteBuf in = (ByteBuf) message;
        pending = pending == null ? in : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), pending, in);
        take();
    }

    /** Goes on with what waits; also from inside a step, whose loop then does. */
    final void take() {
        if (taking) {
            return;
        }
        taking = true;
        try {
            while (step(pending == null ? Unpooled.EMPTY_BUFFER : pending)) {
                // Each step says whether there may be another one.
            }
        } catch (BadMessage why) {
            bad(why);
        } finally {
            taking = false;
            if (pending != null && !pending.isReadable()) {
                drop();
            }
        }
        read();
    }

    /** Null where nobody listens. */
    abstract Events events();

    @Override
    public final void reading(boolean on) {
        reading = on;
        if (on) {
            take();
            told();
        } else {
            read();
        }
    }

    private void told() {
        if (events() != null) {
            events().paused();
        }
    }

    @Override
    public final void channelReadComplete(ChannelHandlerContext same) {
        told();
    }

    @Override
    public final void channelWritabilityChanged(ChannelHandlerContext same) {
        if (events() != null && writable()) {
            events().writable();
        }
    }

    @Override
    public final boolean writable() {
        return context.channel().isWritable();
    }

    @Override
    public void flush() {
        context.flush();
    }

    /** Reads of the connection, or does not. */
    final void read() {
        boolean on = pending == null && wanted();
        if (on != context.channel().config().isAutoRead()) {
            context.channel().config().setAutoRead(on);
        }
    }

    final boolean waits() {
        return pending != null && pending.isReadable();
    }

    final void drop() {
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext same, Throwable fault) {
        // What breaks a connection ends it, and that is heard. Its other direction may still have something to say.
        if (!(fault instanceof IOException)) {
            broken(fault);
        }
    }

    /** A fault of this gateway. */
    abstract void broken(Throwable fault);
}
