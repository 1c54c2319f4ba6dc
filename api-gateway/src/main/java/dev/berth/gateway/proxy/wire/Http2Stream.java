package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.proxy.exchange.Stream;
import dev.berth.gateway.proxy.http.BadMessage;
import dev.berth.gateway.proxy.http.Fields;
import dev.berth.gateway.proxy.http.Http2Fields;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;

/**
 * What both ends of a stream of HTTP/2 have in common. The last that was sent is held until more follows, or until the
 * flush, so that the end of a body is a flag of its last frame.
 */
abstract class Http2Stream extends ChannelInboundHandlerAdapter implements Stream {
    ChannelHandlerContext context;
    private boolean reading = true;
    /** Nothing more comes but what waits. */
    private boolean closed;
    /** What came while nobody wanted it. */
    private final ArrayDeque<Object> waiting = new ArrayDeque<>(2);

    private Http2Headers heldHead;
    private ByteBuf heldPiece;

    @Override
    public final void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** A head, or trailers. */
    abstract void headers(Http2Headers headers, boolean last) throws BadMessage;

    /** A piece of the body, from now on this one's. */
    abstract void data(ByteBuf piece);

    /** The end of the body, without trailers. */
    abstract void ended();

    abstract void bad(BadMessage why);

    /** The stream has ended, in order or not, and nothing of it waits. */
    abstract void lost();

    /** True where what waits counts although the stream has ended. */
    abstract boolean wantedAfterItsEnd();

    abstract Events events();

    @Override
    public final void channelRead(ChannelHandlerContext same, Object frame) {
        if (reading && waiting.isEmpty()) {
            take(frame);
        } else {
            waiting.add(frame);
        }
    }

    private void take(Object frame) {
        if (frame instanceof Http2DataFrame data) {
            boolean last = data.isEndStream();
            if (data.content().isReadable()) {
                data(data.content());
            } else {
                data.release();
            }
            if (last) {
                ended();
            }
        } else if (frame instanceof Http2HeadersFrame headers) {
            try {
                headers(headers.headers(), headers.isEndStream());
            } catch (BadMessage why) {
                bad(why);
            }
        } else {
            ReferenceCountUtil.release(frame);
        }
    }

    @Override
    public final void channelReadComplete(ChannelHandlerContext same) {
        if (events() != null) {
            events().paused();
        }
    }

    @Override
    public final void channelWritabilityChanged(ChannelHandlerContext same) {
        if (events() != null && context.channel().isWritable()) {
            events().writable();
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext same) {
        closed = true;
        dropHeld();
        if (!wantedAfterItsEnd()) {
            dropWaiting();
        }
        takeWaiting();
    }

    /** What came is wanted no more. */
    final void dropWaiting() {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext same, Throwable fault) {
        // The stream ends by the first kind, and is told so by the codec.
        if (!(fault instanceof Http2Exception || fault instanceof IOException) && events() != null) {
            events().broken(fault);
        }
    }

    @Override
    public final void reading(boolean on) {
        reading = on;
        if (on) {
            takeWaiting();
        }
        if (reading != context.channel().config().isAutoRead()) {
            context.channel().config().setAutoRead(reading);
        }
    }

    private void takeWaiting() {
        boolean some = !waiting.isEmpty();
        while (reading && !waiting.isEmpty()) {
            take(waiting.poll());
        }
        if (some && events() != null) {
            events().paused();
        }
        if (closed && waiting.isEmpty()) {
            lost();
        }
    }

    /** Has the head held. */
    final void hold(Http2Headers head) {
        heldHead = head;
    }

    /** Sends something that is no part of the message's own head and body. */
    final void send(Http2Headers interim) {
        context.write(new DefaultHttp2HeadersFrame(interim));
    }

    @Override
    public final void body(ByteBuf piece) {
        if (!piece.isReadable()) {
            piece.release();
            return;
        }
        release(false);
        heldPiece = piece;
    }

    @Override
    public void end(Fields trailers) {
        if (trailers == null) {
            if (!release(true)) {
                context.write(new DefaultHttp2DataFrame(true));
            }
            return;
        }
        release(false);
        Http2Headers last = new DefaultHttp2Headers(false);
        Http2Fields.trailers(trailers, last::add);
        context.write(new DefaultHttp2HeadersFrame(last, true));
    }

    /** Writes what is held; false where nothing is. */
    private boolean release(boolean last) {
        if (heldHead != null) {
            context.write(new DefaultHttp2HeadersFrame(heldHead, last));
            heldHead = null;
            return true;
        }
        if (heldPiece != null) {
            context.write(new DefaultHttp2DataFrame(heldPiece, last));
            heldPiece = null;
            return true;
        }
        return false;
    }

    private void dropHeld() {
        heldHead = null;
        if (heldPiece != null) {
            heldPiece.release();
            heldPiece = null;
        }
    }

    @Override
    public final void flush() {
        release(false);
        context.flush();
    }

    @Override
    public final boolean writable() {
        return context.channel().isWritable();
    }

    final void reset(Http2Error code) {
        dropHeld();
        context.writeAndFlush(new DefaultHttp2ResetFrame(code));
    }
}
