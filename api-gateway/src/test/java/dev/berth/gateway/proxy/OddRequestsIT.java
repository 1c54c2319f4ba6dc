package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.routing.RouteTable;
import dev.berth.gateway.traffic.Backend;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What HTTP/1.1 can't carry is refused at once, and nothing that goes wrong holds a container's slot. */
@ExtendWith(Leaks.class)
class OddRequestsIT {
    private OneDoor door;
    private final AtomicInteger reached = new AtomicInteger();
    private volatile java.util.function.Consumer<HttpServerRequest> app =
            request -> request.response().end("ok");

    @BeforeEach
    void start() throws Exception {
        door = new OneDoor(20_000, () -> {
            throw new IllegalStateException("planted: the report of an ended drain");
        });
        door.vertx
                .createHttpServer()
                .requestHandler(request -> {
                    reached.incrementAndGet();
                    request.response().end("api");
                })
                .listen(door.internal, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        int port = door.vertx
                .createHttpServer()
                .requestHandler(request -> {
                    reached.incrementAndGet();
                    app.accept(request);
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
        door.route(OneDoor.target("c1", port));
    }

    @AfterEach
    void stop() throws Exception {
        door.close();
    }

    private static String[] request(String host, String path, String... more) {
        String[] fields = Arrays.copyOf(
                new String[] {":method", "GET", ":scheme", "http", ":authority", host, ":path", path}, 8 + more.length);
        System.arraycopy(more, 0, fields, 8, more.length);
        return fields;
    }

    @Test
    void http2FieldsThatHttp1CannotCarryAreRefusedAtOnceOnAppsAndOnTheApi() throws Exception {
        List<String[]> odd = List.of(
                new String[] {"x", "a\rb"},
                new String[] {"x", "a\nb"},
                new String[] {"x", "a\0b"},
                new String[] {"x", "a\r\n\r\nGET /hidden HTTP/1.1"},
                new String[] {"x", "\u0001"},
                new String[] {"x", "a\u007f"},
                new String[] {"x", " a"},
                new String[] {"x", "a\t"},
                new String[] {"x y", "a"},
                new String[] {"", "a"},
                new String[] {"x\r\n", "a"},
                new String[] {"x:", "a"},
                new String[] {"x\0", "a"},
                new String[] {"x\u00e9", "a"},
                new String[] {"x\u007f", "a"});
        for (String host : List.of("app.localhost", "localhost")) {
            for (String[] field : odd) {
                refused(request(host, "/", field));
            }
            for (String path : List.of(
                    "/a b",
                    "/a\r\nX: y",
                    "/a\tb",
                    "/a\0",
                    "/\u0001",
                    "/\u007f",
                    "/\u00e9",
                    "",
                    "*",
                    " /",
                    "/a HTTP/1.1\r\nHost: other.localhost\r\n\r\n")) {
                refused(request(host, path));
            }
            for (String method : List.of("G T", "GET / HTTP/1.1\r\n\r\n", "", "G\0T")) {
                try (RawHttp2 client = new RawHttp2(door.connect())) {
                    client.request(":method", method, ":scheme", "http", ":authority", host, ":path", "/");
                    // Vert.x knows no such methods and ends the connection.
                    assertThat(client.outcome()).as(method).isIn("reset 1", "goaway 1", "closed");
                }
            }
        }
        for (String host : List.of("app.localhost\r\nX: y", "a b.localhost", "user@app.localhost", "app.localhost/x")) {
            refused(request(host, "/"));
        }
        assertThat(reached).hasValue(0);
        OneDoor.assertIdle(door.container());
    }

    private void refused(String... fields) throws IOException {
        try (RawHttp2 client = new RawHttp2(door.connect())) {
            client.request(fields);
            assertThat(client.outcome()).as(Arrays.toString(fields)).isIn("reset 1", "goaway 1");
        }
    }

    @Test
    void refusedStreamLeavesTheOthersOfItsConnectionAlone() throws Exception {
        try (RawHttp2 client = new RawHttp2(door.connect())) {
            client.request(request("app.localhost", "/", "x", "a\nb"));
            assertThat(client.outcome()).isEqualTo("reset 1");
            client.request(request("app.localhost", "/", "x", "a b"));
            assertThat(client.outcome()).isEqualTo("headers");
        }
    }

    @Test
    void http1RequestsOfThatKindAreAnswered400() throws Exception {
        for (String line :
                List.of("GET /\u0001 HTTP/1.1", "GET /a\u007f HTTP/1.1", "GET /caf\u00e9 HTTP/1.1", "GET * HTTP/1.1")) {
            assertThat(door.raw(line + "\nHost: app.localhost\nConnection: close\n\n"))
                    .as(line)
                    .contains(" 400 ");
        }
        for (String host : List.of("user@app.localhost", "app.localhost/x", "app.localhost a", "app\u0001.localhost")) {
            assertThat(door.raw("GET / HTTP/1.1\nHost: " + host + "\nConnection: close\n\n"))
                    .as(host)
                    .contains(" 400 ");
        }
        assertThat(door.raw("GET / HTTP/1.1\nHost: app.localhost\n: x\nConnection: close\n\n"))
                .contains(" 400 ");
        assertThat(reached).hasValue(0);
    }

    @Test
    void connectionOfARequestTakesNoFramingOrRoutingAway() throws Exception {
        app = request -> request.body()
                .onSuccess(body -> request.response()
                        .end(body + " for " + request.getHeader("Host") + " as " + request.getHeader("Content-Type")
                                + " hop " + request.getHeader("X-Hop")));
        for (String named : List.of(
                "Content-Length",
                "close, content-length",
                "Host, CONTENT-LENGTH ,Content-Type",
                "close\nConnection: Content-Length, host,content-type, expect")) {
            assertThat(door.raw("POST / HTTP/1.1\nHost: app.localhost\nContent-Type: text/x\nX-Hop: 1\nConnection: "
                            + named + ", X-Hop, close\nContent-Length: 5\n\nwhole"))
                    .as(named)
                    .endsWith("whole for app.localhost as text/x hop null");
        }
        for (String named : List.of("Transfer-Encoding", "close, transfer-encoding, Host")) {
            assertThat(door.raw("POST / HTTP/1.1\nHost: app.localhost\nContent-Type: text/x\nConnection: " + named
                            + ", close\nTransfer-Encoding: chunked\n\n5\nwhole\n0\n\n"))
                    .as(named)
                    .endsWith("whole for app.localhost as text/x hop null");
        }
    }

    /** No such port: what makes the address throws, after the slot was claimed. */
    @Test
    void faultOfTheGatewayEndsItsRequestAndGivesTheSlotBack() throws Exception {
        door.route(OneDoor.target("c2", 70_000));
        assertThat(door.raw("GET / HTTP/1.1\nHost: app.localhost\nConnection: close\n\n"))
                .startsWith("HTTP/1.1 500 ")
                .contains("this gateway met a fault of its own");
        OneDoor.assertIdle(door.container());
        try (RawHttp2 client = new RawHttp2(door.connect())) {
            client.request(request("app.localhost", "/"));
            assertThat(client.outcome()).isEqualTo("headers");
        }
        OneDoor.assertIdle(door.container());
    }

    @Test
    void faultAtTheEndOfARequestLeavesItsAnswerWholeAndItsSlotFree() throws Exception {
        CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
        app = arrived::complete;
        Backend backend = door.container();
        CompletableFuture<String> answer = ask("GET / HTTP/1.1\nHost: app.localhost\nConnection: close\n\n");
        HttpServerRequest request = arrived.get(10, TimeUnit.SECONDS);
        door.route(new RouteTable.Target("c1", "127.0.0.1", backend.port, OptionalLong.of(60_000)));
        request.response().end("whole");
        assertThat(answer.get(10, TimeUnit.SECONDS)).startsWith("HTTP/1.1 200 ").endsWith("whole");
        OneDoor.assertIdle(backend);
        assertThat(door.table.drains(door.millis()).get("c1").finished()).isEqualTo(1);
    }

    @Test
    void requestThatMetARefusedConnectionIsLookedAtAgainWithoutAChangeOfRoutes() throws Exception {
        int port = OneDoor.freePort();
        door.route(OneDoor.target("c2", port));
        CompletableFuture<String> answer =
                ask("POST / HTTP/1.1\nHost: app.localhost\nConnection: close\nContent-Length: 5\n\nhello");
        // An answer shows that the first request, which came before it, was refused its connection.
        assertThat(door.raw("GET / HTTP/1.1\nHost: none.localhost\nConnection: close\n\n"))
                .contains(" 404 ");
        try (RawContainer container = new RawContainer(
                port,
                (head, in, out) ->
                        RawContainer.ok(out, "got " + new String(in.readNBytes(5), StandardCharsets.US_ASCII)))) {
            assertThat(answer.get(10, TimeUnit.SECONDS))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("got hello");
        }
    }

    @Test
    void timeoutIsMeasuredByTheClockThatNobodySets() throws Exception {
        CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
        app = arrived::complete;
        CompletableFuture<String> answer = ask("GET / HTTP/1.1\nHost: app.localhost\nConnection: close\n\n");
        arrived.get(10, TimeUnit.SECONDS);
        door.skippedMillis.addAndGet(60_000);
        assertThat(answer.get(10, TimeUnit.SECONDS)).startsWith("HTTP/1.1 504 ");
    }

    private CompletableFuture<String> ask(String request) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return door.raw(request);
            } catch (IOException fault) {
                throw new java.io.UncheckedIOException(fault);
            }
        });
    }

    @Test
    void requestThatNoContainerTakesSaysWhichOneRefused() throws Exception {
        try (OneDoor hasty = new OneDoor(300, () -> {})) {
            int port = OneDoor.freePort();
            hasty.route(OneDoor.target("c1", port));
            assertThat(hasty.raw("GET / HTTP/1.1\nHost: app.localhost\nConnection: close\n\n"))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("c1 at 127.0.0.1:" + port + " takes no connections");
        }
    }
}
