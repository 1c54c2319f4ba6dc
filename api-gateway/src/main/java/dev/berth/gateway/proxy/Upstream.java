package dev.berth.gateway.proxy;

import dev.berth.gateway.traffic.Backend;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Map;
import java.util.WeakHashMap;

/** One event loop's connections to containers, and to this process's own API. */
final class Upstream {
    /** Shorter than what common servers keep an idle connection open for, so that theirs is not closed under a request. */
    private static final int IDLE_SECONDS = 3;

    private final HttpClient http1;
    private final HttpClient http2;
    private final Map<Backend, RequestOptions> options = new WeakHashMap<>();

    Upstream(Vertx vertx) {
        HttpClientOptions common = new HttpClientOptions().setMaxPoolSize(20_000).setKeepAliveTimeout(IDLE_SECONDS)
                .setConnectTimeout(2_000).setTcpNoDelay(true).setDecompressionSupported(false).setMaxHeaderSize(65_536)
                .setMaxWaitQueueSize(-1);
        http1 = vertx.httpClientBuilder().with(common).withConnectHandler(Upstream::connected).build();
        http2 = vertx.createHttpClient(new HttpClientOptions(common).setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false).setHttp2MultiplexingLimit(1000));
    }

    private static void connected(HttpConnection connection) {
        ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
        // The request that it happens to hears so, too; unheard, each would be a line of the log.
        connection.exceptionHandler(fault -> {});
        pipeline.addBefore("handler", "final-answers", new FinalAnswers());
    }

    HttpClient client(boolean byHttp2) {
        return byHttp2 ? http2 : http1;
    }

    /** For a request to this container; the same object each time. */
    RequestOptions options(Backend backend) {
        return options.computeIfAbsent(backend, target -> new RequestOptions().setHost(target.host)
                .setPort(target.port).setServer(SocketAddress.inetSocketAddress(target.port, target.host)));
    }
}
