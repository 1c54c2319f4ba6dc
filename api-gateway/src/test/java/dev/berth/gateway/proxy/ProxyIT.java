package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.gateway.control.Limits;
import dev.berth.gateway.proxy.wire.Front;
import dev.berth.gateway.proxy.wire.Listener;
import dev.berth.gateway.routing.Hosts;
import dev.berth.gateway.routing.RouteTable;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The proxy over real sockets: what goes in comes out, and what must not pass does not. */
@ExtendWith(Leaks.class)
class ProxyIT {
    private static final int PARK_MILLIS = 800;
    private static final int BODY_LIMIT = 50_000_000;

    private final Vertx vertx = Vertx.vertx();
    private final RouteTable table = new RouteTable();
    private int port;
    private int internal;
    private HttpServer container;
    private Listener listener;
    private volatile java.util.function.Consumer<HttpServerRequest> app =
            request -> request.response().end("ok");

    @BeforeEach
    void start() throws Exception {
        port = freePort();
        container = vertx.createHttpServer(
                        new HttpServerOptions().setMaxHeaderSize(100_000).setHandle100ContinueAutomatically(true))
                .requestHandler(request -> app.accept(request))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        internal = freePort();
        deploy(60_000);
        route(1, 60_000, target("c1", container.actualPort()));
    }

    private void deploy(long idleMillis) throws Exception {
        listener = new Listener(
                new Front(
                        table,
                        new Hosts("localhost"),
                        new Limits(BODY_LIMIT, 2, PARK_MILLIS, 16_384, idleMillis),
                        "127.0.0.1",
                        port,
                        internal,
                        path -> BODY_LIMIT,
                        System::nanoTime,
                        () -> {}),
                1);
    }

    @AfterEach
    void stop() throws Exception {
        listener.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static RouteTable.Target target(String id, int port) {
        return new RouteTable.Target(id, "127.0.0.1", port, OptionalLong.empty());
    }

    private RouteTable.Target draining() {
        return new RouteTable.Target("c1", "127.0.0.1", container.actualPort(), OptionalLong.of(200));
    }

    private static long millis() {
        return System.nanoTime() / 1_000_000;
    }

    private void route(long sequence, long timeout, RouteTable.Target... targets) {
        RouteTable.Function web = new RouteTable.Function(
                "web",
                (int) sequence,
                true,
                List.of("app"),
                timeout,
                List.of(targets),
                "its containers are being made",
                false);
        RouteTable.Change change = new RouteTable.Change(1, sequence, sequence - 1, "main", "app", List.of(web));
        if (sequence == 1) {
            table.load(1, 1, List.of(change), false, millis());
        } else {
            assertThat(table.apply(change, millis())).isEqualTo(RouteTable.Applied.DONE);
        }
    }

    /** Sends bytes as they are, and reads until the other side closes or the patience ends. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(5_000);
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

    private static final String GET = "GET /x?y=1 HTTP/1.1\nHost: app.localhost\nConnection: close\n";

    @Test
    void requestAndAnswerPassWhole() throws Exception {
        app = request -> request.response()
                .setStatusCode(201)
                .setStatusMessage("Made")
                .putHeader("X-A", "1")
                .end(request.method() + " " + request.uri() + " " + request.getHeader("Host"));
        assertThat(raw(GET + "\n"))
                .startsWith("HTTP/1.1 201 Made\r\n")
                .containsIgnoringCase("x-a: 1")
                .endsWith("GET /x?y=1 app.localhost");
    }

    /** A selector of the JDK, which the tests run on, lets go of a closed listening socket only at its next turn. */
    private void connectUntilRefused() throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (System.nanoTime() < until) {
            new Socket("127.0.0.1", port).close();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** Its idle connections end at once, the one with a request under way after its answer; no new one is taken. */
    @Test
    void gatewayThatEndsFinishesWhatItAccepted() throws Exception {
        CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
        try (Socket idle = new Socket("127.0.0.1", port);
                Socket busy = new Socket("127.0.0.1", port)) {
            idle.setSoTimeout(5_000);
            busy.setSoTimeout(5_000);
            idle.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(idle.getInputStream().readNBytes(15), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200 OK");
            app = arrived::complete;
            busy.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            HttpServerRequest request = arrived.get(5, TimeUnit.SECONDS);
            CompletableFuture<Void> left = listener.leave(60_000);
            idle.getInputStream().readAllBytes();
            assertThatThrownBy(this::connectUntilRefused).isInstanceOf(ConnectException.class);
            assertThat(left).isNotDone();
            request.response().end("late but whole");
            assertThat(new String(busy.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 OK")
                    .containsIgnoringCase("connection: close")
                    .endsWith("late but whole");
            left.get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void gatewayThatEndsCutsWhatOutlastsItsGraceAndSaysSo() throws Exception {
        CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
        app = arrived::complete;
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return raw("GET / HTTP/1.1\nHost: app.localhost\n\n");
            } catch (IOException cut) {
                throw new java.io.UncheckedIOException(cut);
            }
        });
        arrived.get(5, TimeUnit.SECONDS);
        listener.leave(200).get(5, TimeUnit.SECONDS);
        assertThat(answer.get(5, TimeUnit.SECONDS)).startsWith("HTTP/1.1 504").contains("this gateway ends");
    }

    @Test
    void gatewayThatEndsFinishesTheStreamsOfHttp2() throws Exception {
        CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
        app = arrived::complete;
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        CompletableFuture<Void> goingAway = new CompletableFuture<>();
        CompletableFuture<String> answer = client.request(new RequestOptions()
                        .setHost("app.localhost")
                        .setPort(port)
                        .setServer(SocketAddress.inetSocketAddress(port, "127.0.0.1"))
                        .setURI("/"))
                .compose(request -> {
                    request.connection().goAwayHandler(said -> goingAway.complete(null));
                    return request.send().compose(from -> from.body().map(body -> from.statusCode() + " " + body));
                })
                .toCompletionStage()
                .toCompletableFuture();
        HttpServerRequest request = arrived.get(5, TimeUnit.SECONDS);
        CompletableFuture<Void> left = listener.leave(60_000);
        goingAway.get(5, TimeUnit.SECONDS);
        assertThat(left).isNotDone();
        request.response().end("late but whole");
        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("200 late but whole");
        left.get(5, TimeUnit.SECONDS);
    }

    @Test
    void gatewayWithoutGraceEndsAtOnce() throws Exception {
        assertThat(raw(GET + "\n")).endsWith("ok");
        listener.leave(0).get(5, TimeUnit.SECONDS);
    }

    @Test
    void pathPrefixIsRemovedAndSaid() throws Exception {
        app = request -> request.response().end(request.uri() + " " + request.getHeader("X-Forwarded-Prefix"));
        assertThat(raw("GET /-/app/a/b?c=1 HTTP/1.1\nHost: localhost\nConnection: close\n\n"))
                .endsWith("/a/b?c=1 /-/app");
    }

    @Test
    void wholeUrlGoesBeforeTheHostHeaderAndNothingElseIsATarget() throws Exception {
        app = request -> request.response().end(request.uri() + " " + request.getHeader("Host"));
        assertThat(raw("GET http://app.localhost:81/a?b HTTP/1.1\nHost: none.localhost\nConnection: close\n\n"))
                .endsWith("/a?b app.localhost:81");
        assertThat(raw("GET http://app.localhost HTTP/1.1\nHost: app.localhost\nConnection: close\n\n"))
                .endsWith("/ app.localhost");
        assertThat(raw("OPTIONS * HTTP/1.1\nHost: app.localhost\nConnection: close\n\n"))
                .endsWith("* app.localhost");
        assertThat(raw("CONNECT app.localhost:80 HTTP/1.1\nHost: app.localhost\nConnection: close\n\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("GET app HTTP/1.1\nHost: app.localhost\nConnection: close\n\n"))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void forwardedHeadersAreOursAndHopByHopOnesEndHere() throws Exception {
        app = request -> request.response()
                .putHeader("Keep-Alive", "timeout=9")
                .end(request.headers().toString());
        String answer = raw(GET
                + "X-Forwarded-For: 6.6.6.6\nX-Forwarded-Proto: gopher\nX-Real-IP: 6.6.6.6\nForwarded: for=6.6.6.6\n"
                + "X-Forwarded-Prefix: /evil\nConnection: x-secret\nX-Secret: 1\nProxy-Authorization: x\nTE: gzip\n\n");
        assertThat(answer)
                .doesNotContain(
                        "6.6.6.6",
                        "gopher",
                        "/evil",
                        "x-secret",
                        "X-Secret",
                        "Proxy-Authorization",
                        "timeout=9",
                        "gzip");
        assertThat(answer)
                .contains(
                        "x-forwarded-for=127.0.0.1",
                        "x-forwarded-proto=http",
                        "x-forwarded-host=app.localhost",
                        "forwarded=for=127.0.0.1;host=\"app.localhost\";proto=http");
    }

    @Test
    void hugeBodiesPassBothWaysWithoutBeingHeldWhole() throws Exception {
        app = request -> {
            request.response().setChunked(true);
            request.pipeTo(request.response());
        };
        long used = memory();
        byte[] piece = new byte[1 << 20];
        HttpClientRequest request = request(HttpMethod.POST, "/");
        CompletableFuture<Long> received = new CompletableFuture<>();
        request.response()
                .onSuccess(answer -> {
                    long[] bytes = new long[1];
                    answer.handler(data -> bytes[0] += data.length());
                    answer.endHandler(end -> received.complete(bytes[0]));
                })
                .onFailure(received::completeExceptionally);
        request.setChunked(true);
        write(request, piece, 40);
        assertThat(received.get(60, TimeUnit.SECONDS)).isEqualTo(40L << 20);
        assertThat(memory() - used).isLessThan(200L << 20);
    }

    private static long memory() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void write(HttpClientRequest request, byte[] piece, int times) {
        if (times == 0) {
            request.end();
        } else {
            request.write(Buffer.buffer(piece)).onSuccess(done -> write(request, piece, times - 1));
        }
    }

    private HttpClientRequest request(HttpMethod method, String uri) throws Exception {
        return vertx.createHttpClient()
                .request(new RequestOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setMethod(method)
                        .setURI("/-/app" + uri))
                .toCompletionStage()
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
    }

    @Test
    void bodyOverTheLimitIsRefusedByItsLengthAndByItsBytes() throws Exception {
        app = request -> request.response().setChunked(true).end("never");
        assertThat(raw("POST / HTTP/1.1\nHost: app.localhost\nContent-Length: 50000001\n\n"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(raw("POST / HTTP/1.1\nHost: app.localhost\nContent-Length: 99999999999999999999\n\n"))
                .startsWith("HTTP/1.1 4");
    }

    @Test
    void answerThatComesBeforeTheWholeBodyArrives() throws Exception {
        app = request -> request.response().setStatusCode(401).end("who are you?");
        for (String tooLong : List.of("413 ", "401 ")) {
            long length = tooLong.equals("413 ") ? BODY_LIMIT + 1L : BODY_LIMIT;
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout(5_000);
                socket.getOutputStream()
                        .write(("POST / HTTP/1.1\r\nHost: app.localhost\r\nConnection: close\r\nContent-Length: "
                                        + length + "\r\n\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
                // Like many clients, it reads when it has written all.
                byte[] piece = new byte[1_000_000];
                for (long sent = 0; sent < length; sent += piece.length) {
                    socket.getOutputStream().write(piece, 0, (int) Math.min(piece.length, length - sent));
                }
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                        .startsWith("HTTP/1.1 " + tooLong);
            }
        }
    }

    @Test
    void smugglingIsRefused() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        app = request -> {
            seen.incrementAndGet();
            request.body().onSuccess(body -> request.response().end(request.uri()));
        };
        assertThat(raw("POST / HTTP/1.1\nHost: app.localhost\nContent-Length: 5\nContent-Length: 6\n\nhello!"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("POST / HTTP/1.1\nHost: app.localhost\nTransfer-Encoding: chunked, identity\n\n0\n\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("POST / HTTP/1.1\nHost: app.localhost\nTransfer-Encoding: xchunked\n\n0\n\n"))
                .startsWith("HTTP/1.1 501 ");
        assertThat(raw("POST / HTTP/1.1\nHost: app.localhost\nTransfer-Encoding: chunked\nTransfer-Encoding: identity\n"
                        + "\n0\n\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("POST / HTTP/1.0\nHost: app.localhost\nTransfer-Encoding: chunked\n\n0\n\n"))
                .contains(" 400 ");
        assertThat(raw("POST / HTTP/1.1\nHost: app.localhost\nContent-Length: 4\nTransfer-Encoding: chunked\n\n0\n\n"
                        + "GET /hidden HTTP/1.1\nHost: app.localhost\n\n"))
                .startsWith("HTTP/1.1 400 ")
                .containsOnlyOnce("HTTP/1.1 ");
        assertThat(raw("GET / HTTP/1.1\nHost: app.localhost\nHost: other.localhost\nConnection: close\n\n"))
                .startsWith("HTTP/1.1 400 ");
        assertThat(raw("GET / HTTP/1.1\nConnection: close\n\n")).startsWith("HTTP/1.1 400 ");
        assertThat(seen).hasValue(0);
    }

    @Test
    void idleConnectionIsClosedAndABusyOneIsNot() throws Exception {
        port = freePort();
        deploy(300);
        CountDownLatch idleOnesAreClosed = new CountDownLatch(1);
        app = request -> vertx.executeBlocking(() -> idleOnesAreClosed.await(20, TimeUnit.SECONDS))
                .onComplete(waited -> request.response().end("waited"));
        try (Socket busy = new Socket("127.0.0.1", port);
                Socket unused = new Socket("127.0.0.1", port);
                Socket slow = new Socket("127.0.0.1", port);
                Socket used = new Socket("127.0.0.1", port)) {
            busy.getOutputStream()
                    .write(GET.replace("\n", "\r\n").concat("\r\n").getBytes(StandardCharsets.US_ASCII));
            slow.getOutputStream().write("GET / HTTP/1.1\r\nHost: app".getBytes(StandardCharsets.US_ASCII));
            used.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: none.localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            for (Socket idle : List.of(unused, slow, used)) {
                idle.setSoTimeout(20_000);
                assertThat(idle.getInputStream().readAllBytes()).hasSizeLessThan(1_000);
            }
            idleOnesAreClosed.countDown();
            assertThat(new String(busy.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .endsWith("waited");
        }
    }

    @Test
    void headersOverTheLimitAreRefused() throws Exception {
        assertThat(raw(GET + "X-Large: " + "x".repeat(20_000) + "\n\n")).startsWith("HTTP/1.1 431 ");
        assertThat(raw("GET /" + "x".repeat(9_000) + " HTTP/1.1\nHost: app.localhost\n\n"))
                .contains(" 414 ");
    }

    @Test
    void headHasNoBodyAndKeepsItsLength() throws Exception {
        app = request -> request.response().putHeader("Content-Length", "12345").end();
        assertThat(raw(GET.replace("GET", "HEAD") + "\n"))
                .containsIgnoringCase("content-length: 12345")
                .endsWith("\r\n\r\n");
    }

    @Test
    void trailersPass() throws Exception {
        app = request -> {
            request.response().setChunked(true).putTrailer("X-Checksum", "42");
            request.response().end("body");
        };
        assertThat(raw(GET + "\n")).containsIgnoringCase("x-checksum: 42");
    }

    @Test
    void expectContinueIsTheContainersToAnswer() throws Exception {
        app = request -> request.body().onSuccess(body -> request.response().end("got " + body));
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write(("POST / HTTP/1.1\r\nHost: app.localhost\r\nExpect: 100-continue\r\n"
                                    + "Content-Length: 5\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] go = socket.getInputStream().readNBytes(25);
            assertThat(new String(go, StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 100 Continue");
            socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .endsWith("got hello");
        }
    }

    @Test
    void eventsPassAsTheyCome() throws Exception {
        CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
        app = request -> {
            request.response()
                    .setChunked(true)
                    .putHeader("Content-Type", "text/event-stream")
                    .write("data: 1\n\n");
            arrived.complete(request);
        };
        HttpClientRequest request = request(HttpMethod.GET, "/");
        CompletableFuture<String> first = new CompletableFuture<>();
        request.response().onSuccess(answer -> answer.handler(data -> first.complete(data.toString())));
        request.send();
        // Only then does the container go on: the first event did not wait for it.
        assertThat(first.get(5, TimeUnit.SECONDS)).isEqualTo("data: 1\n\n");
        arrived.get().response().end();
    }

    @Test
    void http2WithoutTlsComesInAndGoesOnAsHttp1() throws Exception {
        app = request -> request.response().end(request.version() + " " + request.getHeader("host"));
        String answer = vertx.createHttpClient(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false))
                .request(new RequestOptions().setHost("127.0.0.1").setPort(port).setURI("/-/app/"))
                .compose(request -> request.send()
                        .compose(response -> response.body().map(body -> response.version() + " for " + body)))
                .toCompletionStage()
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
        assertThat(answer).isEqualTo("HTTP_2 for HTTP_1_1 127.0.0.1:" + port);
    }

    @Test
    void requestsOfOneConnectionKeepTheHostThatEachOfThemNames() throws Exception {
        app = request ->
                request.response().end(request.getHeader("host") + " " + request.getHeader("x-forwarded-host"));
        route(2, 60_000);
        HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2MaxPoolSize(1));
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int named : List.of(81, 82)) {
            answers.add(client.request(new RequestOptions()
                            .setHost("127.0.0.1")
                            .setPort(port)
                            .setURI("/"))
                    .compose(request -> request.authority(HostAndPort.create("app.localhost", named))
                            .send()
                            .compose(response -> response.body()
                                    .map(body -> response.request()
                                                    .connection()
                                                    .localAddress()
                                                    .port() + " " + body)))
                    .toCompletionStage()
                    .toCompletableFuture());
        }
        // Both wait by now: this one comes after them on the same connection, and is answered at once.
        client.request(new RequestOptions().setHost("127.0.0.1").setPort(port).setURI("/"))
                .compose(request -> request.authority(HostAndPort.create("none.localhost", 83))
                        .send())
                .toCompletionStage()
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
        route(3, 60_000, target("c1", container.actualPort()));
        String first = answers.get(0).get(5, TimeUnit.SECONDS);
        assertThat(first).endsWith(" app.localhost:81 app.localhost:81");
        assertThat(answers.get(1).get(5, TimeUnit.SECONDS)).isEqualTo(first.replace(":81", ":82"));
    }

    @Test
    void grpcGoesOnAsHttp2WithItsTrailers() throws Exception {
        app = ProxyIT::answerGrpc;
        assertThat(grpc("/-/app/a.Service/Call"))
                .isEqualTo("POST question for 127.0.0.1:" + port + " by HTTP_2, status 0");
    }

    @Test
    void whatIsForNoAppGoesToTheApiAlsoAsGrpc() throws Exception {
        vertx.createHttpServer(new HttpServerOptions())
                .requestHandler(ProxyIT::answerGrpc)
                .listen(internal, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        assertThat(grpc("/a.Service/Call")).isEqualTo("POST question for 127.0.0.1:" + port + " by HTTP_2, status 0");
        assertThat(raw("POST /v1/x HTTP/1.1\nHost: localhost\nContent-Length: 2\nConnection: close\n\nhi"))
                .contains("POST hi for localhost by HTTP_1_1");
    }

    private static void answerGrpc(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            request.response()
                    .putHeader("content-type", "application/grpc")
                    .setChunked(true)
                    .write(request.method() + " " + body + " for " + request.authority() + " by " + request.version());
            request.response().putTrailer("grpc-status", "0").end();
        });
    }

    private String grpc(String uri) throws Exception {
        return vertx.createHttpClient(new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(false))
                .request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setURI(uri)
                        .putHeader("content-type", "application/grpc")
                        .putHeader("te", "trailers"))
                // As gRPC does it: no length, the body in pieces.
                .compose(request -> request.setChunked(true)
                        .write("ques")
                        .compose(sent -> request.send("tion")
                                .compose(response -> response.body()
                                        .map(body -> body + ", status " + response.getTrailer("grpc-status")))))
                .toCompletionStage()
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
    }

    @Test
    void functionsTimeoutAnswers504() throws Exception {
        route(2, 300, target("c1", container.actualPort()));
        app = request -> {};
        assertThat(raw(GET + "\n")).startsWith("HTTP/1.1 504 ");
    }

    @Test
    void clientThatGoesAwayTakesItsRequestAlong() throws Exception {
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        CompletableFuture<Void> gone = new CompletableFuture<>();
        app = request -> {
            arrived.complete(null);
            request.connection().closeHandler(closed -> gone.complete(null));
        };
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.getOutputStream().write((GET.replace("\n", "\r\n") + "\r\n").getBytes(StandardCharsets.US_ASCII));
            arrived.get(5, TimeUnit.SECONDS);
        }
        gone.get(5, TimeUnit.SECONDS);
    }

    @Test
    void requestGoesToAnotherContainerWhereOneRefusesTheConnection() throws Exception {
        int dead = freePort();
        route(2, 60_000, target("dead", dead), target("c1", container.actualPort()));
        app = request -> request.response().end("served");
        for (int i = 0; i < 5; i++) {
            assertThat(raw(GET + "\n")).endsWith("served");
        }
    }

    @Test
    void requestIsParkedUntilAContainerIsThere() throws Exception {
        route(2, 60_000);
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return raw(GET + "\n");
            } catch (IOException fault) {
                throw new java.io.UncheckedIOException(fault);
            }
        });
        // A second one shows that the first has arrived and is held: both are within the bound, a third is not.
        CompletableFuture<String> second = CompletableFuture.supplyAsync(() -> {
            try {
                return raw(GET + "\n");
            } catch (IOException fault) {
                throw new java.io.UncheckedIOException(fault);
            }
        });
        route(3, 60_000, target("c1", container.actualPort()));
        assertThat(answer.get(5, TimeUnit.SECONDS)).startsWith("HTTP/1.1 200 ");
        assertThat(second.get(5, TimeUnit.SECONDS)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void parkedTooLongAnswers503WithTheReason() throws Exception {
        route(2, 60_000);
        assertThat(raw(GET + "\n"))
                .startsWith("HTTP/1.1 503 ")
                .containsIgnoringCase("retry-after: ")
                .contains("its containers are being made");
    }

    @Test
    void unknownLabelAnswers404() throws Exception {
        assertThat(raw("GET / HTTP/1.1\nHost: nobody.localhost\nConnection: close\n\n"))
                .startsWith("HTTP/1.1 404 ")
                .contains("no app answers under nobody");
    }

    @Test
    void postThatMayHaveArrivedIsNotRepeatedAndAGetIsOnce() throws Exception {
        AtomicInteger posts = new AtomicInteger();
        AtomicInteger gets = new AtomicInteger();
        app = request -> {
            if (request.method() == HttpMethod.POST) {
                posts.incrementAndGet();
                request.body().onSuccess(body -> request.connection().close());
            } else if (gets.incrementAndGet() == 1 || request.path().equals("/never")) {
                request.connection().close();
            } else {
                request.response().end("second time");
            }
        };
        assertThat(raw("POST / HTTP/1.1\nHost: app.localhost\nContent-Length: 5\nConnection: close\n\nhello"))
                .startsWith("HTTP/1.1 502 ");
        assertThat(posts).hasValue(1);
        assertThat(raw(GET + "\n")).endsWith("second time");
        assertThat(raw(GET.replace("/x", "/never") + "\n")).startsWith("HTTP/1.1 502 ");
        assertThat(gets).as("two for each").hasValue(4);
    }

    @Test
    void webSocketIsClosedWithAFrameAtItsDrainDeadline() throws Exception {
        app = request -> {
            request.response().putHeader("Upgrade", "websocket").putHeader("Connection", "Upgrade");
            request.toNetSocket();
        };
        try (Socket socket = webSocket()) {
            route(2, 60_000, draining());
            assertThat(socket.getInputStream().readAllBytes()).containsExactly(CLOSE);
        }
        assertThat(table.drains(millis()).get("c1").cut()).isEqualTo(1);
    }

    @Test
    void frameUnderWayAtTheDrainDeadlineIsNotTorn() throws Exception {
        byte[] frame = {(byte) 0x81, 10, 'h', 'e', 'l', 'l', 'o', ' ', 'y', 'o', 'u', '!'};
        app = request -> {
            request.response().putHeader("Upgrade", "websocket").putHeader("Connection", "Upgrade");
            request.toNetSocket().onSuccess(client -> {
                client.write(Buffer.buffer().appendBytes(frame, 0, 5));
                // What the gateway says at the deadline comes here first; only then the rest, and a frame too many.
                client.handler(close -> client.write(
                        Buffer.buffer().appendBytes(frame, 5, frame.length - 5).appendBytes(frame)));
            });
        };
        try (Socket socket = webSocket()) {
            InputStream in = socket.getInputStream();
            assertThat(in.readNBytes(5)).containsExactly(java.util.Arrays.copyOf(frame, 5));
            route(2, 60_000, draining());
            assertThat(in.readNBytes(7)).containsExactly(java.util.Arrays.copyOfRange(frame, 5, 12));
            assertThat(in.readAllBytes()).containsExactly(CLOSE);
        }
    }

    /** Status 1001, going away. */
    private static final byte[] CLOSE = {(byte) 0x88, 2, 0x03, (byte) 0xe9};

    private Socket webSocket() throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(5_000);
        socket.getOutputStream()
                .write(("GET /ws HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            head.write(socket.getInputStream().read());
        }
        assertThat(head.toString(StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 101 ");
        return socket;
    }
}
