package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * WebSockets whose clients say what they like: by the front door both ends see what they see of each other directly.
 * {@code -Dberth.seed=17} draws the same ones again, {@code -Dberth.fuzz=20000} more of them.
 */
@ExtendWith(Leaks.class)
class WebSocketIT {
    private static final int SOCKETS = Integer.getInteger("berth.fuzz", 300);
    private static final String HANDSHAKE = "GET /ws HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    private static final String SWITCHED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

    private final TreeMap<String, Integer> counts = new TreeMap<>();

    /**
     * What became of a WebSocket, in hexadecimal digits.
     *
     * @param container the bytes that it read
     * @param end as it saw it
     * @param client the bytes that it read
     * @param clientEnd as it saw it
     */
    private record Seen(String container, String end, String client, String clientEnd) {}

    private record Served(String bytes, String end) {}

    @Test
    void bothEndsSeeWhatTheySeeDirectly() throws Exception {
        long seed = Long.getLong("berth.seed", new Random().nextLong());
        System.out.println("WebSocketIT: -Dberth.seed=" + seed);
        Random random = new Random(seed);
        try (OneDoor door = new OneDoor(2_000, () -> {});
                Endpoint endpoint = new Endpoint()) {
            door.route(OneDoor.target("c-1", endpoint.port()));
            for (int i = 0; i < SOCKETS; i++) {
                byte[] said = DrawnFrames.next(random);
                List<byte[]> pieces = DrawnFrames.pieces(said, random);
                Seen right = right(said);
                try {
                    assertThat(seen(endpoint.port(), endpoint, pieces, right))
                            .as("direct")
                            .isEqualTo(right);
                    assertThat(seen(door.port, endpoint, pieces, right))
                            .as("by the front door")
                            .isEqualTo(right);
                    OneDoor.assertIdle(door.container());
                } catch (AssertionError | Exception fault) {
                    throw new AssertionError("socket " + i + " of -Dberth.seed=" + seed, fault);
                }
                counts.merge(right.end.replaceAll("(?<=closed).*|:.*", ""), 1, Integer::sum);
            }
        }
        System.out.println("WebSocketIT: " + counts);
        assertThat(counts.keySet())
                .contains("fault 1002", "fault 1007", "closed", "gone", "ended between frames", "ended in a frame");
    }

    /** What has to become of it, without any connection. */
    private static Seen right(byte[] said) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Noted in = new Noted(new ByteArrayInputStream(said));
        String end = new StrictWebSocket(in, out).serve();
        return new Seen(
                in.hex(),
                end,
                HexFormat.of().formatHex(out.toByteArray()),
                end.startsWith("ended") ? "was the first to leave" : "the other end has left");
    }

    private static Seen seen(int port, Endpoint endpoint, List<byte[]> pieces, Seen right) throws Exception {
        boolean leaves = right.end.startsWith("ended");
        String read;
        String end;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(HANDSHAKE.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(RawContainer.head(in)).startsWith("HTTP/1.1 101 ");
            CompletableFuture<byte[]> all = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    all.complete(leaves ? in.readNBytes(right.client.length() / 2) : in.readAllBytes());
                } catch (IOException fault) {
                    all.completeExceptionally(fault);
                }
            });
            for (byte[] piece : pieces) {
                socket.getOutputStream().write(piece);
            }
            read = HexFormat.of().formatHex(all.get(10, TimeUnit.SECONDS));
            end = leaves ? "was the first to leave" : "the other end has left";
        }
        Served served = endpoint.served.poll(10, TimeUnit.SECONDS);
        return new Seen(served.bytes, served.end, read, end);
    }

    /** A container that speaks {@link StrictWebSocket} and notes what it saw. */
    private static final class Endpoint implements AutoCloseable {
        final LinkedBlockingQueue<Served> served = new LinkedBlockingQueue<>();
        private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());

        Endpoint() throws IOException {
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        Socket socket = server.accept();
                        Thread.ofVirtual().start(() -> serve(socket));
                    }
                } catch (IOException closed) {
                    // The test is over.
                }
            });
        }

        int port() {
            return server.getLocalPort();
        }

        private void serve(Socket socket) {
            try (socket) {
                socket.setTcpNoDelay(true);
                RawContainer.head(socket.getInputStream());
                socket.getOutputStream().write(SWITCHED.getBytes(StandardCharsets.US_ASCII));
                Noted in = new Noted(socket.getInputStream());
                served.add(end(socket, in));
                // Bytes that are still on their way must not take along what was said last.
                socket.shutdownOutput();
                socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException gone) {
                // By the other end.
            }
        }

        private static Served end(Socket socket, Noted in) {
            String end;
            try {
                end = new StrictWebSocket(in, socket.getOutputStream()).serve();
            } catch (IOException fault) {
                end = fault.toString();
            }
            return new Served(in.hex(), end);
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    /** Keeps what is read of it. */
    private static final class Noted extends FilterInputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Noted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            if (next >= 0) {
                bytes.write(next);
            }
            return next;
        }

        @Override
        public int read(byte[] into, int at, int most) throws IOException {
            int count = super.read(into, at, most);
            bytes.write(into, at, Math.max(0, count));
            return count;
        }

        String hex() {
            return HexFormat.of().formatHex(bytes.toByteArray());
        }
    }
}
