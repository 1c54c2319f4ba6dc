package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.proxy.exchange.Loop;
import dev.berth.gateway.proxy.exchange.Upstream;
import dev.berth.gateway.proxy.http.HeadLimits;
import dev.berth.gateway.traffic.Backend;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** One event loop's connections to containers, and to this process's own API. */
final class Containers {
    private static final Logger LOG = Logger.getLogger(Containers.class);
    private static final int CONNECT_MILLIS = 2_000;

    /**
     * After so long without a word from the other host's kernel a connection is broken: what is on its way to a dead host
     * ends by that, while a container that only takes its time goes on. By the kernel's own probes, which need epoll:
     * without it they come after two hours.
     */
    static final int DEAD_SECONDS = 15;

    private static final int PROBE_SECONDS = 5;
    /** Of a container's answer, as of its trailers. */
    private static final HeadLimits LIMITS = new HeadLimits(8_192, 65_536, 1_000);

    private final Bootstrap bootstrap;
    private final LongSupplier now;
    private final Map<Backend, Of> all = new HashMap<>();

    private record Of(Http1Pool http1, Http2Pool http2) {}

    Containers(EventLoop loop, boolean epoll, LongSupplier now) {
        this.now = now;
        Class<? extends SocketChannel> type = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        bootstrap = new Bootstrap()
                .group(loop)
                .channel(type)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                // What a container said before it stopped to listen is an answer all the same.
                .option(ChannelOption.AUTO_CLOSE, false);
        if (epoll) {
            bootstrap
                    .option(EpollChannelOption.TCP_USER_TIMEOUT, DEAD_SECONDS * 1_000)
                    .option(EpollChannelOption.TCP_KEEPIDLE, PROBE_SECONDS)
                    .option(EpollChannelOption.TCP_KEEPINTVL, PROBE_SECONDS)
                    .option(EpollChannelOption.TCP_KEEPCNT, DEAD_SECONDS / PROBE_SECONDS);
        }
    }

    void connect(Backend to, boolean http2, Upstream.Events events, Loop.Connecting then) {
        Of of = all.computeIfAbsent(to, this::made);
        if (http2) {
            of.http2().connect(events, then);
        } else {
            of.http1().connect(events, then);
        }
    }

    private Of made(Backend to) {
        return new Of(new Http1Pool(this, to), new Http2Pool(this, to));
    }

    /** Makes a connection; whether that goes is noted of the container. */
    void open(Backend to, ChannelHandler handler, ChannelFutureListener then) {
        bootstrap
                .clone()
                .handler(handler)
                .connect(new InetSocketAddress(to.host, to.port))
                .addListener((ChannelFuture opened) -> {
                    if (opened.isSuccess()) {
                        reached(to);
                    } else {
                        unreachable(to);
                    }
                    then.operationComplete(opened);
                });
    }

    /** Why no connection came of it, in words to go on after its address. */
    static String why(Throwable cause) {
        return switch (cause) {
            case ConnectTimeoutException late -> "takes no connections within " + CONNECT_MILLIS / 1_000 + " s";
            case ConnectException refused -> "takes no connections";
            default -> "can't be reached: " + cause.getMessage();
        };
    }

    private static void reached(Backend container) {
        if (container.reached()) {
            LOG.infof("container %s of %s takes connections again", container.id, container.function);
        }
    }

    private void unreachable(Backend container) {
        if (container.unreachable(now())) {
            LOG.warnf(
                    "container %s of %s does not take connections at %s:%d, and is set aside until it does",
                    container.id, container.function, container.host, container.port);
        }
    }

    HeadLimits limits() {
        return LIMITS;
    }

    long now() {
        return now.getAsLong();
    }

    /** Closes what was not used for too long. */
    void tick(long nowMillis) {
        all.values().removeIf(of -> of.http1().tick(nowMillis) & of.http2().tick(nowMillis));
    }
}
