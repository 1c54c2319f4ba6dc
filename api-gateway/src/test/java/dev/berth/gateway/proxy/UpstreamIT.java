package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.traffic.Backend;
import dev.berth.gateway.traffic.LiveFunction;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UpstreamIT {
    private static final LiveFunction FUNCTION = new LiveFunction("main", "app", "web", new AtomicInteger());

    /** As the gateway runs; the kernel does the rest. */
    @Test
    void kernelWatchesTheHostAtTheOtherEndOfEachConnection() throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        try {
            assertThat(vertx.isNativeTransportEnabled()).isTrue();
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(request -> request.response().end())
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            Upstream upstream = new Upstream(vertx);
            Backend container = new Backend(FUNCTION, "c", "127.0.0.1", server.actualPort());
            for (boolean byHttp2 : new boolean[] {false, true}) {
                ChannelConfig socket = upstream.client(byHttp2)
                        .request(upstream.options(container))
                        .map(request -> ((ConnectionBase) request.connection())
                                .channel()
                                .config())
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS);
                assertThat(socket.getOption(EpollChannelOption.TCP_USER_TIMEOUT))
                        .isEqualTo(15_000);
                assertThat(socket.getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
                assertThat(socket.getOption(EpollChannelOption.TCP_KEEPIDLE)).isEqualTo(5);
                assertThat(socket.getOption(EpollChannelOption.TCP_KEEPINTVL)).isEqualTo(5);
                assertThat(socket.getOption(EpollChannelOption.TCP_KEEPCNT)).isEqualTo(3);
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    /** How many requests a container takes at once is for its app to say, and for nobody's pool of connections. */
    @Test
    void manyRequestsAreInOneContainerAtOnce() throws Exception {
        int many = 200;
        CountDownLatch there = new CountDownLatch(many);
        Vertx vertx = Vertx.vertx();
        try (RawContainer container = new RawContainer((head, in, out) -> {
            there.countDown();
            in.read();
        })) {
            Upstream upstream = new Upstream(vertx);
            Backend backend = new Backend(FUNCTION, "c", "127.0.0.1", container.port());
            for (int i = 0; i < many; i++) {
                upstream.client(false).request(upstream.options(backend)).onSuccess(HttpClientRequest::end);
            }
            assertThat(there.await(10, TimeUnit.SECONDS))
                    .as("%d are held back", there.getCount())
                    .isTrue();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}
