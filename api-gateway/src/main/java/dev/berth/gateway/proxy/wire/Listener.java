package dev.berth.gateway.proxy.wire;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The plain port, that of TLS where there is one, and the event loops behind both. */
public final class Listener {
    private static final int BACKLOG = 4_096;

    private final EventLoopGroup loops;
    private final Map<EventLoop, Door> doors = new HashMap<>();
    private final Class<? extends ServerChannel> kind;
    private final Front front;
    private final List<Channel> acceptors = new ArrayList<>();

    /** Without TLS. */
    public Listener(Front front, int count) {
        this(front, count, null);
    }

    /**
     * Opens them.
     *
     * @param count of event loops, 1 or more
     * @param secure null where TLS is not spoken
     * @throws IllegalStateException where it can't listen there
     */
    public Listener(Front front, int count, Secure secure) {
        this.front = front;
        boolean epoll = Epoll.isAvailable();
        DefaultThreadFactory threads = new DefaultThreadFactory("berth-door", true);
        loops = epoll ? new EpollEventLoopGroup(count, threads) : new NioEventLoopGroup(count, threads);
        kind = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        int redirect = secure == null ? 0 : secure.redirect();
        for (EventExecutor executor : loops) {
            EventLoop loop = (EventLoop) executor;
            doors.put(loop, new Door(loop, epoll, front, redirect));
        }
        listen(front.port(), client -> client.pipeline().addLast(new Spoken(door(client))));
        if (secure != null) {
            listen(
                    secure.port(),
                    client -> client.pipeline().addLast(new Hello(secure.tls()), new Handshake(door(client))));
        }
    }

    private Door door(Channel client) {
        return doors.get(client.eventLoop());
    }

    private void listen(int port, Consumer<Channel> taken) {
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(kind)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        taken.accept(client);
                    }
                })
                .bind(front.host(), port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            close();
            throw new IllegalStateException("the gateway can't listen", bound.cause());
        }
        acceptors.add(bound.channel());
    }

    /**
     * Ends in order: takes no new connections, first of all, so that whoever loses an idle one is not taken again; then
     * as {@link Door#leave} says.
     */
    public CompletableFuture<Void> leave(long graceMillis) {
        return all(acceptors.stream().map(Listener::shut))
                .thenCompose(nothing -> all(doors.values().stream().map(door -> door.leave(graceMillis))));
    }

    private static CompletableFuture<Void> shut(Channel acceptor) {
        CompletableFuture<Void> shut = new CompletableFuture<>();
        acceptor.close().addListener(closed -> shut.complete(null));
        return shut;
    }

    private static CompletableFuture<Void> all(Stream<CompletableFuture<Void>> each) {
        return CompletableFuture.allOf(each.toArray(CompletableFuture[]::new));
    }

    /** Ends at once, connections and all. */
    public final void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
