package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a container answers reaches the request that asked, or nobody. */
class OddAnswersIT {
    private OneWorker door;

    @BeforeEach
    void start() throws Exception {
        door = new OneWorker(2_000, () -> {});
    }

    @AfterEach
    void stop() throws Exception {
        door.close();
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\nHost: app.localhost\nConnection: close\n\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"102 Processing", "104 Upload Resumption", "199 Odd", "101 Switching Protocols", "099 Low"})
    void interimAnswerThatIsNotPassedOnEndsWith502AndItsConnectionServesNobodyElse(String interim) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (RawContainer container = new RawContainer((head, in, out) -> {
            String path = RawContainer.path(head);
            if (path.startsWith("/interim")) {
                RawContainer.say(out, "HTTP/1.1 " + interim + "\nUpgrade: x\n\n");
                if (path.endsWith("later")) {
                    await(asked);
                }
                RawContainer.ok(out, "of " + path);
            } else {
                asked.countDown();
                RawContainer.ok(out, "of " + path);
            }
        })) {
            door.route(OneWorker.target("c1", container.port()));
            for (int i = 0; i < 5; i++) {
                for (String path : new String[] {"/interim" + i, "/interim" + i + "later"}) {
                    assertThat(door.raw(get(path)))
                            .startsWith("HTTP/1.1 502 ")
                            .contains(
                                    "container c1 of app/web gave an answer that can't be read: it answered",
                                    interim.substring(0, 3).replaceFirst("^0", ""));
                    assertThat(door.raw(get("/next" + i)))
                            .startsWith("HTTP/1.1 200 ")
                            .endsWith("of /next" + i);
                }
            }
            OneWorker.assertIdle(door.container());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void interimAnswersThatAreKnownDoNotHideTheFinalOne() throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> {
            RawContainer.say(out, "HTTP/1.1 100 Continue\n\nHTTP/1.1 103 Early Hints\nLink: </a>\n\n");
            RawContainer.ok(out, "final");
        })) {
            door.route(OneWorker.target("c1", container.port()));
            assertThat(door.raw(get("/"))).startsWith("HTTP/1.1 200 ").endsWith("final");
        }
    }

    @Test
    void answerThatCannotBeReadIsNotAskedForAgainAndSaysSo() throws Exception {
        try (RawContainer container = new RawContainer(
                (head, in, out) -> RawContainer.say(out, "HTTP/1.1 200 OK\nContent-Length: 2, 3\n\nab"))) {
            door.route(OneWorker.target("c1", container.port()));
            assertThat(door.raw(get("/"))).startsWith("HTTP/1.1 502 ").contains("gave an answer that can't be read");
            assertThat(container.taken()).isEqualTo(1);
        }
    }

    /** By RFC 9110, 7.8, a server may ignore an upgrade. Vert.x would keep such a connection open for good. */
    @Test
    void upgradeThatTheContainerIgnoresIsAnOrdinaryRequest() throws Exception {
        CountDownLatch ended = new CountDownLatch(2);
        try (RawContainer container = new RawContainer((head, in, out) -> {
            if (head.toLowerCase(java.util.Locale.ROOT).contains("content-length: 5")) {
                RawContainer.ok(out, "got " + new String(in.readNBytes(5), java.nio.charset.StandardCharsets.US_ASCII));
                return;
            }
            RawContainer.ok(out, "ignored");
            assertThat(in.read()).as("the gateway closes it").isEqualTo(-1);
            ended.countDown();
        })) {
            door.route(OneWorker.target("c1", container.port()));
            String upgrade = "Host: app.localhost\nConnection: close, Upgrade\nUpgrade: TLS/1.2\n";
            for (int i = 0; i < 2; i++) {
                assertThat(door.raw("GET / HTTP/1.1\n" + upgrade + "\n")).endsWith("ignored");
            }
            assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(door.raw("POST / HTTP/1.1\n" + upgrade + "Content-Length: 5\n\nhello"))
                    .endsWith("got hello");
        }
    }

    @Test
    void connectionOfAnAnswerTakesNoFramingAway() throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> answerWhole(out))) {
            door.route(OneWorker.target("c1", container.port()));
            assertThat(door.raw(get("/")))
                    .containsIgnoringCase("content-length: 5")
                    .containsIgnoringCase("content-type: text/x")
                    .containsIgnoringCase("location: /there")
                    .doesNotContainIgnoringCase("x-hop")
                    .endsWith("whole");
        }
    }

    private static void answerWhole(OutputStream out) throws java.io.IOException {
        RawContainer.say(
                out,
                "HTTP/1.1 201 Made\nConnection: Content-Length, content-type,Location , X-Hop\n"
                        + "X-Hop: 1\nContent-Type: text/x\nLocation: /there\nContent-Length: 5\n\nwhole");
    }
}
