package dev.berth.gateway.proxy;

import dev.berth.gateway.traffic.Backend;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.util.AttributeKey;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Map;
import java.util.WeakHashMap;

/** One event loop's connections to containers, and to this process's own API. */
final class Upstream {
    /** Shorter than what common servers keep an idle connection open for, so that theirs is not closed under a request. */
    private static final int IDLE_SECONDS = 3;

    /**
     * After so long without a word from the other host's kernel a connection is broken: what is on its way to a dead host
     * ends by that, while a container that only takes its time goes on. By the kernel's own probes, which need epoll:
     * without it they come after two hours.
     */
    static final int DEAD_SECONDS = 15;

    private static final int PROBE_SECONDS = 5;

    /** On a connection that no request has had yet. */
    private static final AttributeKey<Boolean> NEW = AttributeKey.valueOf(Upstream.class, "new");

    private final HttpClient http1;
    private final HttpClient http2;
    private final Map<Backend, RequestOptions> options = new WeakHashMap<>();

    Upstream(Vertx vertx) {
        HttpClientOptions common = new HttpClientOptions()
                .setKeepAliveTimeout(IDLE_SECONDS)
                .setConnectTimeout(2_000)
                .setTcpNoDelay(true)
                .setDecompressionSupported(false)
                .setMaxHeaderSize(65_536)
                .setTcpKeepAlive(true);
        // How many requests a container takes at once is not this client's to decide.
        PoolOptions pool = new PoolOptions().setHttp1MaxSize(20_000).setMaxWaitQueueSize(-1);
        common.setTcpUserTimeout(DEAD_SECONDS * 1_000);
        http1 = vertx.httpClientBuilder()
                .with(common)
                .with(pool)
                .withConnectHandler(connection ->
                        watch(connection).pipeline().addBefore("handler", "final-answers", new FinalAnswers()))
                .build();
        http2 = vertx.httpClientBuilder()
                .with(new HttpClientOptions(common)
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false)
                        .setHttp2MultiplexingLimit(1000))
                .with(pool)
                .withConnectHandler(Upstream::watch)
                .build();
    }

    private static Channel watch(HttpConnection connection) {
        // The request that a fault happens to hears so, too; unheard, each would be a line of the log.
        connection.exceptionHandler(fault -> {});
        Channel channel = ((ConnectionBase) connection).channel();
        channel.attr(NEW).set(true);
        // Vert.x has these as options, and a client of it takes no notice of them. Other transports than epoll don't
        // either.
        channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, PROBE_SECONDS);
        channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, PROBE_SECONDS);
        channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, DEAD_SECONDS / PROBE_SECONDS);
        return channel;
    }

    /** True where a connection was made for the request that has it; one that was kept tells nothing of the next. */
    static boolean made(HttpConnection connection) {
        return ((ConnectionBase) connection).channel().attr(NEW).getAndSet(null) != null;
    }

    HttpClient client(boolean byHttp2) {
        return byHttp2 ? http2 : http1;
    }

    /** For a request to this container; the same object each time. */
    RequestOptions options(Backend backend) {
        return options.computeIfAbsent(
                backend,
                target -> new RequestOptions()
                        .setHost(target.host)
                        .setPort(target.port)
                        .setServer(SocketAddress.inetSocketAddress(target.port, target.host)));
    }
}
