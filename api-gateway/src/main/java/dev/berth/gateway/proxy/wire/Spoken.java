package dev.berth.gateway.proxy.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;

/** Finds out which HTTP a client without TLS speaks: HTTP/2 begins with words that no request of HTTP/1 has (RFC 9113, 3.4). */
final class Spoken extends ChannelInboundHandlerAdapter implements Client.Silent {
    private final Door door;
    private ChannelHandlerContext context;
    private ByteBuf first;

    Spoken(Door door) {
        this.door = door;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        door.clients().joined(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext same, Object message) {
        ByteBuf in = (ByteBuf) message;
        first = first == null ? in : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), first, in);
        ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
        int length = Math.min(first.readableBytes(), preface.readableBytes());
        for (int i = 0; i < length; i++) {
            if (first.getByte(first.readerIndex() + i) != preface.getByte(i)) {
                http1();
                return;
            }
        }
        if (length == preface.readableBytes()) {
            http2();
        }
    }

    private void http1() {
        Http1Downstream client = new Http1Downstream(door, context.channel(), false);
        context.pipeline().addLast(client);
        handOver(client);
    }

    private void http2() {
        handOver(Http2Client.begin(context, door, false));
    }

    private void handOver(Client client) {
        ByteBuf all = first;
        first = null;
        door.clients().joined(client);
        door.clients().left(this);
        ChannelHandlerContext at = context;
        at.fireChannelRead(all);
        at.pipeline().remove(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext same) {
        if (first != null) {
            first.release();
            first = null;
        }
        door.clients().left(this);
        same.fireChannelInactive();
    }

    @Override
    public Channel channel() {
        return context.channel();
    }
}
