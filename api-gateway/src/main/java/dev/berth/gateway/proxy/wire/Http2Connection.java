package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.proxy.exchange.Loop;
import dev.berth.gateway.proxy.exchange.Upstream;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

/** One connection of HTTP/2 to a container, by Netty's codec. */
final class Http2Connection extends ChannelInboundHandlerAdapter {
    private static final long STREAMS_UNLESS_SAID = 1_000;

    private final Http2Pool pool;
    private final Containers containers;
    private final Channel channel;
    private final Http2FrameCodec codec;
    private boolean ready;
    private long most = STREAMS_UNLESS_SAID;
    private int streams;
    private boolean leaving;
    private long idleSince;

    Http2Connection(Http2Pool pool, Containers containers, Channel channel) {
        this.pool = pool;
        this.containers = containers;
        this.channel = channel;
        codec = Http2FrameCodecBuilder.forClient()
                .initialSettings(Http2Settings.defaultSettings()
                        .pushEnabled(false)
                        .initialWindowSize(Windows.STREAM)
                        .maxHeaderListSize(containers.limits().head()))
                .build();
        // Pushes it is told not to begin.
        channel.pipeline().addLast(codec, new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()), this);
    }

    boolean hasRoom() {
        return !leaving && streams < most && channel.isActive();
    }

    void begin(Upstream.Events events, Loop.Connecting then) {
        streams++;
        Http2Upstream made = new Http2Upstream(containers.limits(), events);
        new Http2StreamChannelBootstrap(channel).handler(made).open().addListener((Future<Channel> opened) -> {
            if (opened.isSuccess()) {
                opened.getNow().closeFuture().addListener(closed -> ended());
                then.connected(made);
            } else {
                ended();
                then.refused("ends its connections");
            }
        });
    }

    private void ended() {
        streams--;
        idleSince = containers.now();
        if (leaving && streams == 0) {
            channel.close();
        } else {
            pool.room(this);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Http2SettingsFrame settings) {
            Long said = settings.settings().maxConcurrentStreams();
            most = said == null ? most : said;
            if (!ready) {
                ready = true;
                Windows.widen(codec);
                idleSince = containers.now();
                pool.ready(this);
            }
        } else if (message instanceof Http2GoAwayFrame) {
            leaving = true;
            if (streams == 0) {
                channel.close();
            }
        }
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        pool.gone(this, ready);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable fault) {
        // Its streams hear of it by their own end.
        context.close();
    }

    void closeIdle(long before) {
        if (streams == 0 && idleSince <= before) {
            channel.close();
        }
    }
}
