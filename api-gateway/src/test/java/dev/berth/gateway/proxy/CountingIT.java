package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.traffic.Counts;
import dev.berth.gateway.traffic.LiveFunction;
import dev.berth.gateway.traffic.Refused;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each request counts once, by the version that had it, by who answered it and with what. */
@ExtendWith(Leaks.class)
class CountingIT {
    private static final String GET = "GET / HTTP/1.1\nHost: app.localhost\nConnection: close\n\n";
    private static final int PARK_MILLIS = 300;

    @AutoClose
    private final OneDoor door = new OneDoor(PARK_MILLIS, () -> {});

    private LiveFunction web() {
        return door.table.account().function("main", "app", "web");
    }

    /** All that is not zero, as in {@code v1 2xx app}. */
    private Map<String, Long> counted() {
        Map<String, Long> counted = new TreeMap<>();
        for (Counts counts : web().versions()) {
            String version = "v" + counts.version + " ";
            long answers = 0;
            for (Counts.By by : Counts.By.values()) {
                for (Counts.CodeClass status : Counts.CodeClass.values()) {
                    long sum = counts.answers(by, status);
                    answers += sum;
                    put(counted, version + status.word + " " + by, sum);
                }
            }
            for (Counts.Unfinished how : Counts.Unfinished.values()) {
                put(counted, version + how, counts.unfinishedSoFar(how));
            }
            assertThat(Arrays.stream(counts.durations()).sum())
                    .as("what has a duration")
                    .isEqualTo(answers);
        }
        return counted;
    }

    private Map<String, Long> refused() {
        Map<String, Long> refused = new TreeMap<>();
        for (Refused why : Refused.values()) {
            put(refused, why.word, door.table.account().refusals(why));
        }
        return refused;
    }

    private static void put(Map<String, Long> to, String what, long many) {
        if (many != 0) {
            to.put(what.toLowerCase(java.util.Locale.ROOT), many);
        }
    }

    /** What counts does so on the event loop, with the end of the exchange. */
    private void assertCounted(Map<String, Long> expected) throws Exception {
        door.meanwhile(() -> {});
        assertThat(counted()).isEqualTo(new TreeMap<>(expected));
        assertThat(web().inFlight()).isZero();
        assertThat(web().parked()).isZero();
    }

    private static RawContainer answering(String status) throws IOException {
        return new RawContainer(
                (head, in, out) -> RawContainer.say(out, "HTTP/1.1 " + status + " Whatever\nContent-Length: 0\n\n"));
    }

    @Test
    void answersCountByTheirVersionAndStatusThroughACutover() throws Exception {
        CompletableFuture<OutputStream> asked = new CompletableFuture<>();
        try (RawContainer old = new RawContainer((head, in, out) -> asked.complete(out));
                RawContainer next = new RawContainer((head, in, out) -> RawContainer.say(
                        out, "HTTP/1.1 " + RawContainer.path(head).substring(1) + " Whatever\nContent-Length: 0\n\n"));
                Socket client = door.connect()) {
            door.route(OneDoor.target("old", old.port()));
            RawContainer.say(client.getOutputStream(), GET);
            OutputStream out = asked.get(10, TimeUnit.SECONDS);
            assertThat(web().counts(1).inFlight()).isEqualTo(1);
            door.route(OneDoor.target("new", next.port()));
            for (String status : new String[] {"200", "204", "302", "404", "500", "503", "999"}) {
                assertThat(door.raw(GET.replace("/ ", "/" + status + " "))).startsWith("HTTP/1.1 " + status);
            }
            assertThat(web().counts(1).inFlight()).isEqualTo(1);
            assertThat(web().counts(2).inFlight()).isZero();
            RawContainer.ok(out, "late");
            assertThat(client.getInputStream().readAllBytes()).asString().endsWith("late");
        }
        assertCounted(Map.of("v1 2xx app", 1L, "v2 2xx app", 2L, "v2 3xx app", 1L, "v2 4xx app", 1L, "v2 5xx app", 3L));
        assertThat(refused()).isEmpty();
    }

    /** A container that was taken back serves the version whose routes lead to it. */
    @Test
    void containerThatIsTakenBackCountsForItsNewVersion() throws Exception {
        try (RawContainer container = answering("200")) {
            door.route(OneDoor.target("c1", container.port()));
            door.raw(GET);
            door.route(OneDoor.target("c1", container.port()));
            door.raw(GET);
            assertCounted(Map.of("v1 2xx app", 1L, "v2 2xx app", 1L));
        }
    }

    @Test
    void whatTheGatewayAnswersCountsAsItsOwn() throws Exception {
        door.route();
        assertThat(door.raw(GET)).startsWith("HTTP/1.1 503 ");
        assertThat(door.raw(GET.replace("app.", "other."))).startsWith("HTTP/1.1 404 ");
        assertThat(door.raw("GET / HTTP/1.1\nHost: app.localhost\nBad Field: x\n\n"))
                .startsWith("HTTP/1.1 400 ");
        assertRefused(
                "POST / HTTP/1.1\nHost: app.localhost\nConnection: close\nContent-Length: 60000000\n\n",
                413,
                Refused.BODY_TOO_LARGE);
        try (RawContainer silent = new RawContainer((head, in, out) -> {
                    throw new IOException("the container closes");
                });
                RawContainer odd = new RawContainer((head, in, out) -> RawContainer.say(out, "HTTP/1.1 abc\n\n"))) {
            door.route(OneDoor.target("silent", silent.port()));
            assertRefused(GET.replace("GET", "PATCH"), 502, Refused.NO_ANSWER);
            door.route(OneDoor.target("odd", odd.port()));
            assertRefused(GET, 502, Refused.UNREADABLE_ANSWER);
        }
        assertCounted(Map.of("v1 5xx gateway", 1L, "v1 4xx gateway", 1L, "v2 5xx gateway", 1L, "v3 5xx gateway", 1L));
        assertThat(refused())
                .isEqualTo(Map.of(
                        "park-timeout", 1L,
                        "no-such-label", 1L,
                        "bad-request", 1L,
                        "body-too-large", 1L,
                        "no-answer", 1L,
                        "unreadable-answer", 1L));
    }

    private void assertRefused(String request, int status, Refused why) throws IOException {
        assertThat(door.raw(request))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("\r\nberth-error: " + why.word + "\r\n");
    }

    /** It is counted where it was answered, parked and all. */
    @Test
    void parkedRequestCountsWithItsTimeForTheVersionThatAnswersIt() throws Exception {
        try (RawContainer container = answering("200");
                Socket client = door.connect()) {
            door.route();
            RawContainer.say(client.getOutputStream(), GET);
            while (web().parked() == 0) {
                Thread.onSpinWait();
            }
            door.skippedMillis.addAndGet(PARK_MILLIS - 1);
            assertThat(web().longestParkedMillis(door.millis())).isGreaterThanOrEqualTo(PARK_MILLIS - 1);
            door.route(OneDoor.target("c1", container.port()));
            assertThat(client.getInputStream().readAllBytes()).asString().startsWith("HTTP/1.1 200 ");
        }
        assertCounted(Map.of("v2 2xx app", 1L));
        assertThat(web().counts(2).seconds()).isGreaterThanOrEqualTo((PARK_MILLIS - 1) / 1e3);
        // Above 256 ms, as the time was set on.
        assertThat(Arrays.stream(web().counts(2).durations()).skip(10).sum()).isEqualTo(1);
    }

    @Test
    void answerCutShortCountsAsItBeganAndAsDropped() throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> {
            RawContainer.say(out, "HTTP/1.1 200 OK\nContent-Length: 10\n\nhalf");
            throw new IOException("the container closes");
        })) {
            door.route(OneDoor.target("c1", container.port()));
            assertThat(door.raw(GET)).endsWith("half");
        }
        assertCounted(Map.of("v1 2xx app", 1L, "v1 dropped", 1L));
    }

    @Test
    void answerCutByItsTimeCountsAsItBeganAndAsCut() throws Exception {
        try (RawContainer container = new RawContainer(
                        (head, in, out) -> RawContainer.say(out, "HTTP/1.1 200 OK\nContent-Length: 10\n\nhalf"));
                Socket client = door.connect()) {
            door.route(OneDoor.target("c1", container.port()));
            RawContainer.say(client.getOutputStream(), GET);
            assertThat(RawContainer.head(client.getInputStream())).startsWith("HTTP/1.1 200 ");
            door.skippedMillis.addAndGet(60_001);
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("half");
        }
        assertCounted(Map.of("v1 2xx app", 1L, "v1 cut", 1L));
    }

    /** No answer is made up for it. */
    @Test
    void requestWhoseClientLeavesIsAbandonedAndNotAnswered() throws Exception {
        CompletableFuture<OutputStream> asked = new CompletableFuture<>();
        try (RawContainer container = new RawContainer((head, in, out) -> {
            asked.complete(out);
            in.transferTo(OutputStream.nullOutputStream());
        })) {
            door.route(OneDoor.target("c1", container.port()));
            try (Socket client = door.connect()) {
                RawContainer.say(client.getOutputStream(), GET);
                asked.get(10, TimeUnit.SECONDS);
                client.setSoLinger(true, 0);
            }
            OneDoor.assertIdle(door.container());
        }
        assertCounted(Map.of("v1 abandoned", 1L));
    }

    @Test
    void requestThatTurnsOutUnreadableCountsAsRefused() throws Exception {
        try (RawContainer container =
                new RawContainer((head, in, out) -> in.transferTo(OutputStream.nullOutputStream()))) {
            door.route(OneDoor.target("c1", container.port()));
            assertThat(door.raw("POST / HTTP/1.1\nHost: app.localhost\nTransfer-Encoding: chunked\n\nno number\n"))
                    .startsWith("HTTP/1.1 400 ");
        }
        assertCounted(Map.of("v1 4xx gateway", 1L));
        assertThat(refused()).isEqualTo(Map.of("bad-request", 1L));
    }

    @Test
    void requestThatIsTriedOnTwoContainersCountsOnce() throws Exception {
        try (RawContainer container = answering("200")) {
            door.route(OneDoor.target("gone", OneDoor.freePort()), OneDoor.target("c1", container.port()));
            for (int i = 0; i < 8; i++) {
                assertThat(door.raw(GET)).startsWith("HTTP/1.1 200 ");
            }
            assertCounted(Map.of("v1 2xx app", 8L));
        }
    }

    @Test
    void webSocketCountsWithItsBegin() throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> {
                    RawContainer.say(
                            out, "HTTP/1.1 101 Switching Protocols\nConnection: upgrade\nUpgrade: websocket\n\n");
                    in.transferTo(OutputStream.nullOutputStream());
                });
                Socket client = door.connect()) {
            door.route(OneDoor.target("c1", container.port()));
            RawContainer.say(
                    client.getOutputStream(),
                    "GET / HTTP/1.1\nHost: app.localhost\nConnection: Upgrade\nUpgrade: websocket\n\n");
            assertThat(RawContainer.head(client.getInputStream())).startsWith("HTTP/1.1 101 ");
            assertThat(counted()).isEqualTo(Map.of("v1 2xx app", 1L));
            assertThat(web().counts(1).inFlight()).isEqualTo(1);
            door.skippedMillis.addAndGet(50_000);
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).isEmpty();
            OneDoor.assertIdle(door.container());
            assertCounted(Map.of("v1 2xx app", 1L));
            assertThat(web().counts(1).seconds()).isLessThan(50);
        }
    }

    @Test
    void requestsByHttp2CountAlike() throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> {
                    if (head.startsWith("GET /half")) {
                        RawContainer.say(out, "HTTP/1.1 200 OK\nContent-Length: 10\n\nhalf");
                        throw new IOException("the container closes");
                    }
                    RawContainer.ok(out, "whole");
                });
                RawHttp2 client = new RawHttp2(door.connect())) {
            door.route(OneDoor.target("c1", container.port()));
            for (String path : new String[] {"/", "/half", "/"}) {
                client.request(":method", "GET", ":scheme", "http", ":authority", "app.localhost", ":path", path);
                assertThat(client.outcome()).isEqualTo("headers");
            }
            client.request(":method", "GET", ":scheme", "http", ":authority", "other.localhost", ":path", "/");
            assertThat(client.outcome()).isEqualTo("headers");
            OneDoor.assertIdle(door.container());
        }
        assertCounted(Map.of("v1 2xx app", 3L, "v1 dropped", 1L));
        assertThat(refused()).isEqualTo(Map.of("no-such-label", 1L));
    }

    @Test
    void whatIsForTheApiIsNoTrafficOfAnApp() throws Exception {
        assertThat(door.raw("GET /v1/apps HTTP/1.1\nHost: localhost\nConnection: close\n\n"))
                .startsWith("HTTP/1.1 503 ");
        assertThat(door.table.account().functions()).isEmpty();
    }
}
