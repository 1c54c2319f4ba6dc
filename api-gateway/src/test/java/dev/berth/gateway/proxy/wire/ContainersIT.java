package dev.berth.gateway.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.traffic.Backend;
import dev.berth.gateway.traffic.LiveFunction;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollEventLoopGroup;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ContainersIT {
    /** As the gateway runs; the kernel does the rest. */
    @Test
    void kernelWatchesTheHostAtTheOtherEndOfEachConnection() throws Exception {
        EventLoopGroup loops = new EpollEventLoopGroup(1);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Containers containers = new Containers(loops.next(), true, System::nanoTime);
            CompletableFuture<ChannelConfig> opened = new CompletableFuture<>();
            Backend container = new Backend(
                    new LiveFunction("main", "app", "web", new AtomicInteger()),
                    "c1",
                    "127.0.0.1",
                    server.getLocalPort());
            containers.open(container, new ChannelInboundHandlerAdapter(), made -> {
                assertThat(made.isSuccess()).isTrue();
                opened.complete(made.channel().config());
            });
            ChannelConfig socket = opened.get(10, TimeUnit.SECONDS);
            assertThat(socket.getOption(EpollChannelOption.TCP_USER_TIMEOUT)).isEqualTo(15_000);
            assertThat(socket.getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
            assertThat(socket.getOption(EpollChannelOption.TCP_KEEPIDLE)).isEqualTo(5);
            assertThat(socket.getOption(EpollChannelOption.TCP_KEEPINTVL)).isEqualTo(5);
            assertThat(socket.getOption(EpollChannelOption.TCP_KEEPCNT)).isEqualTo(3);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        }
    }
}
