package dev.berth.gateway.proxy.wire;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The one port, and the event loops behind it. */
public final class Listener {
    private static final int BACKLOG = 4_096;

    private final EventLoopGroup loops;
    private final Map<EventLoop, Door> doors = new HashMap<>();
    private final Channel acceptor;

    /**
     * Opens it.
     *
     * @param count of event loops, 1 or more
     * @throws IllegalStateException where it can't listen there
     */
    public Listener(Front front, int count) {
        boolean epoll = Epoll.isAvailable();
        DefaultThreadFactory threads = new DefaultThreadFactory("berth-door", true);
        loops = epoll ? new EpollEventLoopGroup(count, threads) : new NioEventLoopGroup(count, threads);
        for (EventExecutor executor : loops) {
            EventLoop loop = (EventLoop) executor;
            doors.put(loop, new Door(loop, epoll, front));
        }
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        client.pipeline().addLast(new Spoken(doors.get(client.eventLoop()), false));
                    }
                })
                .bind(front.host(), front.port())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            close();
            throw new IllegalStateException("the gateway can't listen", bound.cause());
        }
        acceptor = bound.channel();
    }

    /**
     * Ends in order: takes no new connections, first of all, so that whoever loses an idle one is not taken again; then
     * as {@link Door#leave} says.
     */
    public CompletableFuture<Void> leave(long graceMillis) {
        CompletableFuture<Void> shut = new CompletableFuture<>();
        acceptor.close().addListener(closed -> shut.complete(null));
        return shut.thenCompose(nothing -> CompletableFuture.allOf(
                doors.values().stream().map(door -> door.leave(graceMillis)).toArray(CompletableFuture[]::new)));
    }

    /** Ends at once, connections and all. */
    public final void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
