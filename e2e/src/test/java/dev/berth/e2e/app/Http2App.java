package dev.berth.e2e.app;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;

/** An app that understands HTTP/2 alone, from the first byte on, and answers each request with its version. */
public final class Http2App {
    private Http2App() {}

    public static void main(String[] arguments) {
        EventLoopGroup loop = new NioEventLoopGroup(1);
        new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection
                                .pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forServer().build(),
                                        new Http2MultiplexHandler(new ChannelInitializer<>() {
                                            @Override
                                            protected void initChannel(Channel stream) {
                                                stream.pipeline().addLast(new Answers());
                                            }
                                        }));
                    }
                })
                .bind("127.0.0.1", Integer.parseInt(System.getenv("PORT")))
                .syncUninterruptibly();
        System.out.println("understands HTTP/2 alone");
    }

    private static final class Answers extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext stream, Object frame) {
            if (frame instanceof Http2HeadersFrame) {
                String answer = "h2c v" + System.getenv("BERTH_VERSION");
                stream.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200"), false));
                stream.writeAndFlush(
                        new DefaultHttp2DataFrame(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII), true));
            }
            ReferenceCountUtil.release(frame);
        }
    }
}
