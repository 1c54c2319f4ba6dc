package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.proxy.exchange.Addressing;
import dev.berth.gateway.proxy.http.Sender;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.IOException;

/** A client's connection of HTTP/2, by Netty's codec: each of its streams is a {@link Http2Downstream}. */
final class Http2Client implements Client {
    private static final int STREAMS = 1_000;
    /** So many requests may end early in half a minute: callers with deadlines do that, and attackers do it faster. */
    private static final int RESETS = 20_000;

    private static final int RESETS_IN_SECONDS = 30;

    private final Channel channel;
    private final Door door;
    private final Addressing addressing;
    private final Sender sender;
    private int underWay;
    private boolean leaving;

    private Http2Client(Channel channel, Door door, boolean tls) {
        this.channel = channel;
        this.door = door;
        addressing = door.addressing();
        sender = door.sender(channel, tls);
    }

    /** Has what comes on a connection read as HTTP/2. */
    static Http2Client begin(ChannelHandlerContext context, Door door, boolean tls) {
        Http2Client client = new Http2Client(context.channel(), door, tls);
        Http2FrameCodec codec = Http2FrameCodecBuilder.forServer()
                .initialSettings(Http2Settings.defaultSettings()
                        .maxConcurrentStreams(STREAMS)
                        .initialWindowSize(Windows.STREAM)
                        .maxHeaderListSize(door.headLimits().head()))
                .decoderEnforceMaxRstFramesPerWindow(RESETS, RESETS_IN_SECONDS)
                .encoderEnforceMaxRstFramesPerWindow(RESETS, RESETS_IN_SECONDS)
                .build();
        ChannelInitializer<Channel> streams = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.pipeline().addLast(new Http2Downstream(client, door));
            }
        };
        context.pipeline().addLast(codec, new Http2MultiplexHandler(streams), new Faults());
        Windows.widen(codec);
        context.channel().closeFuture().addListener(gone -> door.clients().left(client));
        return client;
    }

    Addressing addressing() {
        return addressing;
    }

    Sender sender() {
        return sender;
    }

    void began() {
        underWay++;
    }

    void ended() {
        underWay--;
        door.clients().idle(this);
        if (leaving && underWay == 0) {
            channel.close();
        }
    }

    /** What a client does wrong the codec tells it; it fills no log of ours. */
    private static final class Faults extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable fault) {
            if (!(fault instanceof Http2Exception || fault instanceof IOException)) {
                context.fireExceptionCaught(fault);
            }
        }
    }

    @Override
    public boolean underWay() {
        return underWay > 0;
    }

    @Override
    public void leave() {
        leaving = true;
        channel.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        if (underWay == 0) {
            channel.close();
        }
    }

    @Override
    public Channel channel() {
        return channel;
    }
}
