package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.gateway.proxy.tls.PairFiles;
import dev.berth.gateway.proxy.tls.Tls;
import dev.berth.gateway.proxy.wire.Secure;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TLS at the front door, by OpenSSL's code and by the JDK's. */
@Timeout(60)
class TlsIT {
    private static final String ASK = "GET /x HTTP/1.1\nHost: app.localhost\n\n";
    private static final int MIB = 1 << 20;

    @TempDir
    static Path folder;

    private Tls tls;
    private OneDoor door;
    private int port;

    private void open(SslProvider provider) throws Exception {
        if (!folder.resolve("web.crt").toFile().exists()) {
            PairFiles.make(folder, "web", 2, "app.localhost");
        }
        tls = new Tls(folder, provider, InstantSource.system());
        port = OneDoor.freePort();
        door = new OneDoor(1_000, () -> {}, new Secure(port, tls, 0));
    }

    @AfterEach
    void close() throws Exception {
        if (door != null) {
            door.close();
            tls.close();
        }
    }

    private void route(RawContainer container) {
        door.route(OneDoor.target("c1", container.port()));
    }

    /** One that answers what it was told of the client's scheme. */
    private static RawContainer schemes() throws IOException {
        return new RawContainer((head, in, out) -> RawContainer.ok(
                out,
                String.join(
                        " ",
                        head.toLowerCase(Locale.ROOT)
                                .lines()
                                .filter(line -> line.contains("proto"))
                                .toList())));
    }

    private HttpResponse<String> ask(HttpClient.Version version) throws Exception {
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(TlsClient.context())
                .version(version)
                .build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/-/app/x"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void clientThatSpeaksBothIsAnsweredByHttp2(SslProvider provider) throws Exception {
        open(provider);
        try (RawContainer container = schemes()) {
            route(container);
            HttpResponse<String> answer = ask(HttpClient.Version.HTTP_2);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).contains("x-forwarded-proto: https", ";proto=https");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void clientOfHttp1IsAnsweredByIt(SslProvider provider) throws Exception {
        open(provider);
        try (RawContainer container = schemes()) {
            route(container);
            HttpResponse<String> answer = ask(HttpClient.Version.HTTP_1_1);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(answer.body()).contains("x-forwarded-proto: https", ";proto=https");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void clientThatAgreesOnNothingIsAnsweredByHttp1(SslProvider provider) throws Exception {
        open(provider);
        try (RawContainer container = schemes();
                SSLSocket client = TlsClient.connect(port, "app.localhost", "TLSv1.2")) {
            route(container);
            assertThat(client.getApplicationProtocol()).isEmpty();
            for (int i = 0; i < 2; i++) {
                RawContainer.say(client.getOutputStream(), ASK);
                assertThat(RawContainer.head(client.getInputStream())).startsWith("HTTP/1.1 200 ");
                client.getInputStream().readNBytes("x-forwarded-proto: https ".length());
                assertThat(new String(
                                client.getInputStream()
                                        .readNBytes(
                                                "forwarded: for=127.0.0.1;host=\"app.localhost\";proto=https".length()),
                                StandardCharsets.US_ASCII))
                        .endsWith(";proto=https");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void olderVersionsAreRefused(SslProvider provider) throws Exception {
        open(provider);
        // The JDK's own client has them off; what it sends is a hello of 1.1 and nothing newer, as bytes.
        try (Socket client = new Socket("127.0.0.1", port)) {
            client.setSoTimeout(10_000);
            client.getOutputStream().write(hello(0x0302));
            byte[] alert = client.getInputStream().readAllBytes();
            // An alert, fatal, protocol_version (RFC 8446, 6).
            assertThat(alert).startsWith(21).endsWith(2, 70);
        }
        try (SSLSocket client = TlsClient.connect(port, null, "TLSv1.2")) {
            assertThat(client.getSession().getProtocol()).isEqualTo("TLSv1.2");
        }
        try (SSLSocket client = TlsClient.connect(port, null, "TLSv1.3")) {
            assertThat(client.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    /** A client's first record, of a version without extensions. */
    private static byte[] hello(int version) {
        byte[] hello = new byte[9 + 2 + 32 + 1 + 4 + 2];
        ByteBuffer.wrap(hello)
                .put((byte) 22)
                .putShort((short) 0x0301)
                .putShort((short) (hello.length - 5))
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) (hello.length - 9))
                .putShort((short) version)
                .put(new byte[32])
                .put((byte) 0)
                // One cipher of then, no compression.
                .putShort((short) 2)
                .putShort((short) 0xc013)
                .put((byte) 1)
                .put((byte) 0);
        return hello;
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void requestInTheClearIsToldSo(SslProvider provider) throws Exception {
        open(provider);
        try (Socket client = new Socket("127.0.0.1", port)) {
            client.setSoTimeout(10_000);
            RawContainer.say(client.getOutputStream(), ASK);
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 400 ")
                    .containsIgnoringCase("connection: close")
                    .contains("this port speaks TLS");
        }
        try (Socket client = new Socket("127.0.0.1", port)) {
            client.setSoTimeout(10_000);
            client.getOutputStream().write(0);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void handshakeThatDoesNotEndIsClosed(SslProvider provider) throws Exception {
        open(provider);
        try (Socket silent = new Socket("127.0.0.1", port);
                Socket slow = new Socket("127.0.0.1", port);
                SSLSocket shaken = TlsClient.connect(port, "app.localhost");
                RawContainer container = schemes()) {
            route(container);
            slow.getOutputStream().write(hello(0x0303), 0, 20);
            // Taken, since the one that came after them is.
            door.skippedMillis.addAndGet(11_000);
            for (Socket client : new Socket[] {silent, slow}) {
                client.setSoTimeout(10_000);
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            RawContainer.say(shaken.getOutputStream(), ASK);
            assertThat(RawContainer.head(shaken.getInputStream())).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void gatewayThatEndsFinishesWhatItHasAndShakesNoMoreHands(SslProvider provider) throws Exception {
        open(provider);
        CompletableFuture<Void> ending = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        try (RawContainer container = new RawContainer((head, in, out) -> {
                    asked.complete(null);
                    ending.join();
                    RawContainer.ok(out, "last");
                });
                Socket silent = new Socket("127.0.0.1", port);
                SSLSocket idle = TlsClient.connect(port, "app.localhost");
                SSLSocket busy = TlsClient.connect(port, "app.localhost")) {
            route(container);
            RawContainer.say(busy.getOutputStream(), ASK);
            asked.get(10, TimeUnit.SECONDS);
            CompletableFuture<Void> left = door.listener.leave(30_000);
            silent.setSoTimeout(10_000);
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(() -> TlsClient.connect(port, null)).isInstanceOf(IOException.class);
            ending.complete(null);
            assertThat(new String(busy.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .containsIgnoringCase("connection: close")
                    .endsWith("last");
            left.get(10, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void webSocketPassesBothWaysAndIsClosedInOrder(SslProvider provider) throws Exception {
        open(provider);
        try (RawContainer container = new RawContainer((head, in, out) -> {
                    RawContainer.say(
                            out, "HTTP/1.1 101 Switching Protocols\nConnection: upgrade\nUpgrade: websocket\n\n");
                    out.write(in.readNBytes(5));
                    out.flush();
                    throw new IOException("the container closes");
                });
                SSLSocket client = TlsClient.connect(port, "app.localhost")) {
            route(container);
            RawContainer.say(
                    client.getOutputStream(),
                    "GET / HTTP/1.1\nHost: app.localhost\nConnection: Upgrade\nUpgrade: websocket\n\n");
            assertThat(RawContainer.head(client.getInputStream())).startsWith("HTTP/1.1 101 ");
            client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().readAllBytes()).startsWith('h', 'e', 'l', 'l', 'o');
            OneDoor.assertIdle(door.container());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void answerThatItsEndWouldMakeWholeIsCutVisibly(SslProvider provider) throws Exception {
        open(provider);
        CompletableFuture<Void> reading = new CompletableFuture<>();
        try (RawContainer container = new RawContainer((head, in, out) -> {
                    RawContainer.say(out, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n4\nhalf\n");
                    reading.join();
                    throw new IOException("the container dies");
                });
                SSLSocket client = TlsClient.connect(port, "app.localhost")) {
            route(container);
            // To a client of HTTP/1.0 the end of the connection is that of the answer.
            RawContainer.say(client.getOutputStream(), "GET /x HTTP/1.0\nHost: app.localhost\n\n");
            RawContainer.head(client.getInputStream());
            assertThat(client.getInputStream().readNBytes(4)).containsExactly('h', 'a', 'l', 'f');
            reading.complete(null);
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOfAny(SocketException.class, SSLException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void refusalOfAnUploadReachesItsClient(SslProvider provider) throws Exception {
        open(provider);
        try (RawContainer container = schemes();
                SSLSocket client = TlsClient.connect(port, "app.localhost")) {
            route(container);
            RawContainer.say(
                    client.getOutputStream(),
                    "POST /x HTTP/1.1\nHost: app.localhost\nTransfer-Encoding: chunked\n\nzz\n");
            OutputStream out = client.getOutputStream();
            try {
                for (int i = 0; i < 16; i++) {
                    out.write(new byte[MIB / 4]);
                }
            } catch (IOException enough) {
                // The answer counts.
            }
            InputStream in = client.getInputStream();
            assertThat(RawContainer.head(in)).startsWith("HTTP/1.1 400 ");
            in.readAllBytes();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void clientThatSaysGoodbyeIsGone(SslProvider provider) throws Exception {
        open(provider);
        CompletableFuture<Void> asked = new CompletableFuture<>();
        CompletableFuture<Integer> heard = new CompletableFuture<>();
        try (RawContainer container = new RawContainer((head, in, out) -> {
                    asked.complete(null);
                    heard.complete(in.read());
                });
                Socket under = new Socket("127.0.0.1", port);
                SSLSocket idle = (SSLSocket)
                        TlsClient.context().getSocketFactory().createSocket(under, "app.localhost", port, false);
                SSLSocket asks = TlsClient.connect(port, "app.localhost", "TLSv1.3")) {
            route(container);
            under.setSoTimeout(10_000);
            idle.startHandshake();
            idle.shutdownOutput();
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
            assertThat(under.getInputStream().read()).isEqualTo(-1);
            RawContainer.say(asks.getOutputStream(), ASK);
            asked.get(10, TimeUnit.SECONDS);
            asks.shutdownOutput();
            assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo(-1);
            OneDoor.assertIdle(door.container());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void clientThatDoesNotReadHoldsItsContainerUp(SslProvider provider) throws Exception {
        open(provider);
        int megabytes = 50;
        AtomicLong written = new AtomicLong();
        byte[] piece = new byte[MIB / 16];
        try (RawContainer container = new RawContainer((head, in, out) -> {
                    RawContainer.say(out, "HTTP/1.1 200 OK\nContent-Length: " + (long) megabytes * MIB + "\n\n");
                    for (long sent = 0; sent < (long) megabytes * MIB; sent += piece.length) {
                        out.write(piece);
                        written.addAndGet(piece.length);
                    }
                });
                SSLSocket client = TlsClient.connect(port, "app.localhost")) {
            route(container);
            RawContainer.say(client.getOutputStream(), ASK);
            RawContainer.head(client.getInputStream());
            long last = -1;
            while (written.get() != last) {
                // Until nothing more is taken for so long.
                last = written.get();
                Thread.sleep(500);
            }
            // What the kernel holds of two connections that are not read, and little more.
            assertThat(last).isLessThan(24L * MIB);
            long read = 0;
            byte[] buffer = new byte[MIB / 16];
            while (read < (long) megabytes * MIB) {
                int some = client.getInputStream().read(buffer);
                assertThat(some).isPositive();
                read += some;
            }
            OneDoor.assertIdle(door.container());
        }
    }
}
