package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients and containers of HTTP/2. */
@ExtendWith(Leaks.class)
class Http2IT {
    /** For what stands still at an end of a test's own. */
    private static final int WIDE = 32 << 20;

    @AutoClose
    private final OneDoor door = new OneDoor(2_000, () -> {});

    private HttpClient client;

    @BeforeEach
    void start() {
        client = door.vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2MultiplexingLimit(1_000)
                .setHttp2ConnectionWindowSize(WIDE)
                .setInitialSettings(new Http2Settings().setMaxHeaderListSize(100_000)));
    }

    private HttpClientRequest request(String path, Map<String, String> fields) throws Exception {
        RequestOptions options = new RequestOptions()
                .setServer(SocketAddress.inetSocketAddress(door.port, "127.0.0.1"))
                .setHost("app.localhost")
                .setPort(door.port)
                .setMethod(HttpMethod.POST)
                .setURI(path);
        fields.forEach(options::putHeader);
        return got(client.request(options));
    }

    private static <T> T got(io.vertx.core.Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** The answer's body comes as soon as its head: whoever wants it says so before the request is sent. */
    private static io.vertx.core.Future<Buffer> body(HttpClientRequest request, String sent) {
        io.vertx.core.Future<Buffer> body = request.response().compose(HttpClientResponse::body);
        request.send(sent);
        return body;
    }

    private static String text(HttpClientRequest request, String sent) throws Exception {
        return got(body(request, sent)).toString(StandardCharsets.US_ASCII);
    }

    private int serve(HttpServerOptions options, Consumer<HttpServerRequest> app) throws Exception {
        return got(door.vertx
                        .createHttpServer(options)
                        .requestHandler(app::accept)
                        .listen(0, "127.0.0.1"))
                .actualPort();
    }

    private static final Map<String, String> GRPC = Map.of("content-type", "application/grpc", "te", "trailers");

    @Test
    void trailersPassBothWays() throws Exception {
        door.route(OneDoor.target(
                "c1",
                serve(
                        new HttpServerOptions(),
                        asked -> asked.body().onSuccess(body -> {
                            asked.response().putTrailer("grpc-status", "0").putTrailer("x-length", "" + body.length());
                            asked.response().end(asked.version() + " " + asked.getHeader("te"));
                        }))));
        HttpClientRequest request = request("/", GRPC);
        io.vertx.core.Future<HttpClientResponse> whole =
                request.response().compose(begun -> begun.body().map(body -> begun));
        request.send(Buffer.buffer("hello"));
        HttpClientResponse answer = got(whole);
        assertThat(got(answer.body())).hasToString("HTTP_2 trailers");
        assertThat(answer.getTrailer("grpc-status")).isEqualTo("0");
        assertThat(answer.getTrailer("x-length")).isEqualTo("5");
    }

    @Test
    void onlyTheGatewaysOwnAnswersSayThatTheyAre() throws Exception {
        int port = serve(new HttpServerOptions(), asked -> {
            asked.response().putHeader("Berth-Error", "fault").putTrailer("berth-error", "timeout");
            asked.response().setStatusCode(503).end("of the app");
        });
        door.route(true, OneDoor.target("c1", port));
        HttpClientRequest request = request("/", Map.of());
        io.vertx.core.Future<HttpClientResponse> whole =
                request.response().compose(begun -> begun.body().map(body -> begun));
        request.send("x");
        HttpClientResponse answer = got(whole);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().contains("berth-error")).isFalse();
        assertThat(answer.trailers().contains("berth-error")).isFalse();
        HttpClientRequest nowhere = got(client.request(new RequestOptions()
                .setServer(SocketAddress.inetSocketAddress(door.port, "127.0.0.1"))
                .setHost("other.localhost")));
        assertThat(got(nowhere.send()).getHeader("berth-error")).isEqualTo("no-such-label");
    }

    @Test
    void answerUnderAPathHasAnOriginOfItsOwn() throws Exception {
        int port = serve(new HttpServerOptions(), asked -> asked.response().end());
        door.route(OneDoor.target("c1", port));
        HttpClientRequest byPath = got(client.request(new RequestOptions()
                .setServer(SocketAddress.inetSocketAddress(door.port, "127.0.0.1"))
                .setHost("localhost")
                .setURI("/-/app/x")));
        assertThat(got(byPath.send()).headers().getAll("content-security-policy"))
                .containsExactly("sandbox allow-scripts allow-forms allow-popups allow-downloads");
        assertThat(got(request("/", Map.of()).send()).getHeader("content-security-policy"))
                .isNull();
    }

    /** Only gRPC by its whole name goes on by HTTP/2. */
    @Test
    void whatIsNoGrpcGoesOnByHttp1WithoutAFramingThatNobodyAskedFor() throws Exception {
        List<String> heads = new ArrayList<>();
        try (RawContainer container = new RawContainer((head, in, out) -> {
            heads.add(head);
            RawContainer.ok(out, "ok");
        })) {
            door.route(OneDoor.target("c1", container.port()));
            for (String type : List.of("application/grpc-web", "application/grpc-web+proto", "application/grpcish")) {
                HttpClientRequest request = request("/", Map.of("content-type", type));
                assertThat(got(request.setMethod(HttpMethod.GET).send()).statusCode())
                        .as(type)
                        .isEqualTo(200);
            }
        }
        assertThat(heads)
                .hasSize(3)
                .allSatisfy(head -> assertThat(head)
                        .doesNotContainIgnoringCase("transfer-encoding")
                        .doesNotContainIgnoringCase("content-length")
                        .contains("host: app.localhost:" + door.port));
    }

    /** The server speaks first, before there is a byte of the body. */
    @Test
    void streamThatTheServerBeginsIsThereAtOnce() throws Exception {
        CompletableFuture<HttpServerRequest> asked = new CompletableFuture<>();
        door.route(OneDoor.target("c1", serve(new HttpServerOptions(), request -> {
            request.response().write("first");
            asked.complete(request);
        })));
        HttpClientRequest request = request("/", GRPC);
        request.setChunked(true);
        CompletableFuture<Buffer> first = new CompletableFuture<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        request.response().onSuccess(answer -> answer.handler(first::complete).endHandler(ended::complete));
        got(request.sendHead());
        assertThat(first.get(10, TimeUnit.SECONDS)).hasToString("first");
        got(request.end("last"));
        asked.get(10, TimeUnit.SECONDS).response().end();
        ended.get(10, TimeUnit.SECONDS);
        OneDoor.assertIdle(door.container());
    }

    @Test
    void containerGetsAsManyConnectionsAsItsLimitOfStreamsAsksFor() throws Exception {
        int many = 30;
        CountDownLatch there = new CountDownLatch(many);
        List<HttpServerRequest> waiting = java.util.Collections.synchronizedList(new ArrayList<>());
        HttpServerOptions few =
                new HttpServerOptions().setInitialSettings(new Http2Settings().setMaxConcurrentStreams(4));
        door.route(OneDoor.target("c1", serve(few, asked -> {
            waiting.add(asked);
            there.countDown();
        })));
        List<CompletableFuture<HttpClientResponse>> answers = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            answers.add(request("/" + i, GRPC).send("x").toCompletionStage().toCompletableFuture());
        }
        assertThat(there.await(20, TimeUnit.SECONDS))
                .as("%d are held back", there.getCount())
                .isTrue();
        waiting.forEach(asked -> asked.response().end());
        for (CompletableFuture<HttpClientResponse> answer : answers) {
            assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        OneDoor.assertIdle(door.container());
    }

    @Test
    void requestThatItsClientTakesBackEndsAlone() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        AtomicInteger arrived = new AtomicInteger();
        CompletableFuture<HttpServerRequest> other = new CompletableFuture<>();
        door.route(OneDoor.target("c1", serve(new HttpServerOptions(), asked -> {
            arrived.incrementAndGet();
            if (asked.path().equals("/back")) {
                asked.response().exceptionHandler(gone -> ended.countDown());
                asked.connection().closeHandler(gone -> ended.countDown());
            } else {
                other.complete(asked);
            }
        })));
        HttpClientRequest stays = request("/stays", Map.of());
        CompletableFuture<Buffer> answer = body(stays, "").toCompletionStage().toCompletableFuture();
        HttpServerRequest asked = other.get(10, TimeUnit.SECONDS);
        HttpClientRequest back = request("/back", Map.of());
        back.response().onFailure(reset -> {});
        got(back.setMethod(HttpMethod.GET).sendHead());
        while (arrived.get() < 2) {
            Thread.onSpinWait();
        }
        assertThat(back.connection()).isSameAs(stays.connection());
        back.reset(8);
        assertThat(ended.await(10, TimeUnit.SECONDS))
                .as("the container hears that it is taken back")
                .isTrue();
        asked.response().end("stays");
        assertThat(answer.get(10, TimeUnit.SECONDS)).hasToString("stays");
        OneDoor.assertIdle(door.container());
    }

    @Test
    void headOfUpToTheLimitPassesAndALargerOneIsRefused() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (RawContainer container = new RawContainer((head, in, out) -> {
            asked.incrementAndGet();
            RawContainer.ok(out, "" + head.contains("x".repeat(15_000)));
        })) {
            door.route(OneDoor.target("c1", container.port()));
            assertThat(text(request("/", Map.of("x-large", "x".repeat(15_000))), ""))
                    .isEqualTo("true");
            try (RawHttp2 raw = new RawHttp2(door.connect())) {
                raw.request(
                        ":method",
                        "GET",
                        ":scheme",
                        "http",
                        ":path",
                        "/",
                        ":authority",
                        "app.localhost",
                        "x-large",
                        "x".repeat(17_000));
                assertThat(raw.outcome()).isEqualTo("headers");
                assertThat(asked).hasValue(1);
                raw.request(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "app.localhost");
                assertThat(raw.outcome()).isEqualTo("headers");
                assertThat(asked).hasValue(2);
            }
        }
    }

    /** RFC 9113, 8.1: an end in order would say that this was all. */
    @Test
    void answerThatIsCutEndsItsStreamWithAnInternalError() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        try (RawContainer container = new RawContainer((head, in, out) -> {
            RawContainer.say(out, "HTTP/1.1 200 OK\nContent-Length: 10\n\nhalf");
            try {
                read.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("the container closes");
        })) {
            door.route(OneDoor.target("c1", container.port()));
            CompletableFuture<Void> ended = new CompletableFuture<>();
            HttpClientRequest request = request("/", Map.of());
            request.response()
                    .onSuccess(answer -> answer.exceptionHandler(ended::completeExceptionally)
                            .endHandler(ended::complete)
                            .handler(half -> read.countDown()));
            request.send();
            assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(
                                    ExecutionException.class, () -> ended.get(10, TimeUnit.SECONDS))
                            .getCause())
                    .isInstanceOfSatisfying(
                            StreamResetException.class,
                            reset -> assertThat(reset.getCode()).isEqualTo(2));
        }
        OneDoor.assertIdle(door.container());
    }

    /** A body that nobody takes fills its own window, and not those of others on the same connection. */
    @Test
    void bodyThatStandsStillLeavesRoomForOthers() throws Exception {
        CompletableFuture<HttpServerRequest> still = new CompletableFuture<>();
        HttpServerOptions wide = new HttpServerOptions().setHttp2ConnectionWindowSize(WIDE);
        door.route(OneDoor.target("c1", serve(wide, asked -> {
            if (asked.path().equals("/still")) {
                asked.pause();
                asked.response().setChunked(true).write(Buffer.buffer(new byte[8 << 20]));
                still.complete(asked);
            } else {
                asked.body().onSuccess(body -> asked.response().end(body));
            }
        })));
        HttpClientRequest stands = request("/still", GRPC);
        CompletableFuture<HttpClientResponse> answer = new CompletableFuture<>();
        stands.response().onSuccess(begun -> answer.complete(begun.pause()));
        got(stands.setChunked(true).sendHead());
        stands.write(Buffer.buffer(new byte[8 << 20]));
        still.get(10, TimeUnit.SECONDS);
        answer.get(10, TimeUnit.SECONDS);
        String text = "0123456789".repeat(20_000);
        for (int i = 0; i < 20; i++) {
            HttpClientRequest other = request("/other", GRPC);
            assertThat(other.connection()).isSameAs(stands.connection());
            assertThat(text(other, text)).isEqualTo(text);
        }
        stands.reset();
        OneDoor.assertIdle(door.container());
    }

    @Test
    void interimAnswersReachAClientOfHttp2() throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> {
            RawContainer.say(out, "HTTP/1.1 103 Early Hints\nLink: </a>\n\n");
            RawContainer.ok(out, "final");
        })) {
            door.route(OneDoor.target("c1", container.port()));
            HttpClientRequest request = request("/", Map.of());
            CompletableFuture<String> link = new CompletableFuture<>();
            request.earlyHintsHandler(hints -> link.complete(hints.get("link")));
            assertThat(text(request, "")).isEqualTo("final");
            assertThat(link.get(10, TimeUnit.SECONDS)).isEqualTo("</a>");
        }
    }

    @Test
    void bodiesGoByPiecesAndComeWhole() throws Exception {
        door.route(OneDoor.target("c1", serve(new HttpServerOptions(), asked -> {
            asked.response().setChunked(true);
            asked.pipeTo(asked.response());
        })));
        String text = "0123456789".repeat(200_000);
        for (Map<String, String> fields : List.of(GRPC, Map.<String, String>of())) {
            assertThat(text(request("/", fields), text)).isEqualTo(text);
        }
        OneDoor.assertIdle(door.container());
    }

    /** A container that understands HTTP/2 alone is asked by it, whatever the client speaks. */
    @Test
    void clientsOfHttp1ReachAContainerOfHttp2() throws Exception {
        int port = serve(
                new HttpServerOptions(),
                asked -> asked.body().onSuccess(body -> {
                    asked.response().putHeader("x-seen", asked.version() + " " + asked.getHeader("upgrade"));
                    asked.response().putTrailer("x-length", "" + body.length());
                    if (asked.method() == HttpMethod.DELETE) {
                        asked.response().setStatusCode(204).end();
                    } else {
                        asked.response().write("a" + body);
                        asked.response().end();
                    }
                }));
        door.route(true, OneDoor.target("c1", port));
        String close = " HTTP/1.1\nHost: app.localhost\nConnection: close\n";
        assertThat(door.raw("GET /x" + close + "\n"))
                .startsWith("HTTP/1.1 200 \r\n")
                .contains("x-seen: HTTP_2 null\r\n")
                .endsWith("\r\n\r\n1\r\na\r\n0\r\nx-length: 0\r\n\r\n");
        assertThat(door.raw("POST /x" + close + "Content-Length: 5\n\nhello"))
                .contains("\r\n6\r\nahello\r\n")
                .endsWith("\r\nx-length: 5\r\n\r\n");
        assertThat(door.raw("POST /x" + close + "Transfer-Encoding: chunked\n\n2\nhe\n3\nllo\n0\n\n"))
                .contains("\r\n6\r\nahello\r\n")
                .endsWith("\r\nx-length: 5\r\n\r\n");
        assertThat(door.raw("GET /x HTTP/1.0\nHost: app.localhost\n\n"))
                .startsWith("HTTP/1.1 200 \r\n")
                .endsWith("\r\n\r\na");
        assertThat(door.raw("HEAD /x" + close + "\n"))
                .startsWith("HTTP/1.1 200 \r\n")
                .endsWith("\r\n\r\n");
        assertThat(door.raw("DELETE /x" + close + "\n"))
                .startsWith("HTTP/1.1 204 \r\n")
                .endsWith("\r\n\r\n");
        // An upgrade is for HTTP/1.1 alone, and may be ignored (RFC 9110, 7.8).
        assertThat(door.raw("GET /x HTTP/1.1\nHost: app.localhost\nConnection: upgrade, close\nUpgrade: websocket\n\n"))
                .startsWith("HTTP/1.1 200 \r\n")
                .contains("x-seen: HTTP_2 null\r\n");
        HttpClientRequest byHttp2 = request("/", Map.of());
        assertThat(text(byHttp2, "hello")).isEqualTo("ahello");
        OneDoor.assertIdle(door.container());
    }

    /** What answers is not what its manifest says. */
    @Test
    void containerThatUnderstandsNoHttp2IsSaidNotToBeginIt() throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> {
            RawContainer.say(out, "HTTP/1.1 400 Bad Request\nContent-Length: 0\nConnection: close\n\n");
            throw new IOException("the container closes");
        })) {
            door.route(true, OneDoor.target("c1", container.port()));
            assertThat(door.raw("GET / HTTP/1.1\nHost: app.localhost\nConnection: close\n\n"))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("c1 at 127.0.0.1:" + container.port() + " takes connections, and does not begin HTTP/2");
        }
        OneDoor.assertIdle(door.container());
    }
}
