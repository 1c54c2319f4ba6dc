package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.control.Limits;
import dev.berth.gateway.proxy.wire.Front;
import dev.berth.gateway.proxy.wire.Listener;
import dev.berth.gateway.proxy.wire.Secure;
import dev.berth.gateway.routing.Hosts;
import dev.berth.gateway.routing.RouteTable;
import dev.berth.gateway.traffic.Backend;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One door with a route table of its own, to be asked over raw sockets. */
final class OneDoor implements AutoCloseable {
    final Vertx vertx = Vertx.vertx();
    final RouteTable table = new RouteTable();
    final int port = freePort();
    final int internal = freePort();
    /** What the door takes for the time. */
    final AtomicLong skippedMillis = new AtomicLong();

    final Listener listener;
    private long sequence;

    OneDoor(long parkMillis, Runnable drained) {
        this(parkMillis, drained, null);
    }

    OneDoor(long parkMillis, Runnable drained, Secure secure) {
        listener = new Listener(
                new Front(
                        table,
                        new Hosts("localhost"),
                        new Limits(50_000_000, 100, parkMillis, 16_384, 60_000),
                        "127.0.0.1",
                        port,
                        internal,
                        path -> 50_000_000,
                        this::nanos,
                        drained),
                1,
                secure);
    }

    /** What is to be done before the event loop goes on; it stops at its next look at the time. */
    private final SynchronousQueue<Step> standing = new SynchronousQueue<>();

    interface Step {
        void run() throws Exception;
    }

    /** Does this between two steps of the event loop, which finds all of its outcome at once. */
    void meanwhile(Step step) throws Exception {
        assertThat(standing.offer(step, 10, TimeUnit.SECONDS)).isTrue();
        standing.put(() -> {});
    }

    long millis() {
        return nanos() / 1_000_000;
    }

    private long nanos() {
        try {
            Step step = Thread.currentThread().getName().startsWith("berth-door") ? standing.poll() : null;
            if (step != null) {
                step.run();
                // The caller goes on when it is done.
                standing.take();
            }
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(skippedMillis.get());
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    static RouteTable.Target target(String id, int containerPort) {
        return new RouteTable.Target(id, "127.0.0.1", containerPort, OptionalLong.empty());
    }

    /** The label {@code app} leads to these from now on. */
    void route(RouteTable.Target... targets) {
        route(false, targets);
    }

    /** @param http2 they understand HTTP/2 alone */
    void route(boolean http2, RouteTable.Target... targets) {
        sequence++;
        RouteTable.Function web = new RouteTable.Function(
                "web", (int) sequence, true, List.of("app"), 60_000, List.of(targets), "", http2);
        RouteTable.Change change = new RouteTable.Change(1, sequence, sequence - 1, "main", "app", List.of(web));
        if (sequence == 1) {
            table.load(1, 1, List.of(change), false, millis());
        } else {
            assertThat(table.apply(change, millis())).isEqualTo(RouteTable.Applied.DONE);
        }
    }

    /** The first of the containers that serve. */
    Backend container() {
        return table.app("app").function("app").serving()[0];
    }

    /** An answer is out a moment before its slot is given back. */
    static void assertIdle(Backend container) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (container.inFlight() > 0 && System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        assertThat(container.inFlight()).isZero();
    }

    Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** Sends bytes as they are, and reads until the other side closes. */
    String raw(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[8_192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                answer.write(buffer, 0, read);
            }
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }

    @Override
    public void close() throws Exception {
        listener.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
