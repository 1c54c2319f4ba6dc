package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a container answers reaches the request that asked, or nobody. */
@ExtendWith(Leaks.class)
class OddAnswersIT {
    @AutoClose
    private final OneDoor door = new OneDoor(2_000, () -> {});

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\nHost: app.localhost\nConnection: close\n\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"100 Continue", "102 Processing", "103 Early Hints", "104 Upload Resumption", "199 Odd"})
    void interimAnswerIsPassedOnAndTheFinalOneReachesWhoAsked(String interim) throws Exception {
        CountDownLatch shown = new CountDownLatch(5);
        try (RawContainer container = new RawContainer((head, in, out) -> {
            String path = RawContainer.path(head);
            RawContainer.say(out, "HTTP/1.1 " + interim + "\nX-Of: " + path + "\n\n");
            if (path.startsWith("/slow")) {
                await(shown);
            }
            RawContainer.ok(out, "of " + path);
        })) {
            door.route(OneDoor.target("c1", container.port()));
            for (int i = 0; i < 5; i++) {
                try (Socket slow = door.connect()) {
                    RawContainer.say(slow.getOutputStream(), get("/slow" + i));
                    assertThat(RawContainer.head(slow.getInputStream()))
                            .startsWith("HTTP/1.1 " + interim)
                            .contains("X-Of: /slow" + i);
                    assertThat(door.raw(get("/next" + i)))
                            .startsWith("HTTP/1.1 " + interim)
                            .contains("HTTP/1.1 200 ")
                            .endsWith("of /next" + i);
                    assertThat(door.raw("GET /old HTTP/1.0\nHost: app.localhost\n\n"))
                            .startsWith("HTTP/1.1 200 ")
                            .endsWith("of /old");
                    for (int more = 0; more < 5 - i; more++) {
                        shown.countDown();
                    }
                    assertThat(new String(slow.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                            .startsWith("HTTP/1.1 200 ")
                            .endsWith("of /slow" + i);
                }
            }
            OneDoor.assertIdle(door.container());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"101 Switching Protocols", "099 Low", "20 Short", "2000 Long", "abc None"})
    void statusThatNobodyAskedForEndsWith502AndItsConnectionServesNobodyElse(String status) throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> {
            if (RawContainer.path(head).startsWith("/odd")) {
                RawContainer.say(out, "HTTP/1.1 " + status + "\nUpgrade: x\n\n");
            }
            RawContainer.ok(out, "of " + RawContainer.path(head));
        })) {
            door.route(OneDoor.target("c1", container.port()));
            for (int i = 0; i < 5; i++) {
                assertThat(door.raw(get("/odd" + i)))
                        .startsWith("HTTP/1.1 502 ")
                        .contains("container c1 of app/web gave an answer that can't be read: ");
                assertThat(door.raw(get("/next" + i)))
                        .startsWith("HTTP/1.1 200 ")
                        .endsWith("of /next" + i);
            }
            OneDoor.assertIdle(door.container());
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
    void answerThatCannotBeReadIsNotAskedForAgainAndSaysSo() throws Exception {
        try (RawContainer container = new RawContainer(
                (head, in, out) -> RawContainer.say(out, "HTTP/1.1 200 OK\nContent-Length: 2, 3\n\nab"))) {
            door.route(OneDoor.target("c1", container.port()));
            assertThat(door.raw(get("/"))).startsWith("HTTP/1.1 502 ").contains("gave an answer that can't be read");
            assertThat(container.taken()).isEqualTo(1);
        }
    }

    /** By RFC 9110, 7.8, a server may ignore an upgrade, or refuse it; its connection serves the next request then. */
    @Test
    void upgradeThatTheContainerDoesNotMakeIsAnOrdinaryRequest() throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> {
            if (head.toLowerCase(Locale.ROOT).contains("content-length: 5")) {
                RawContainer.ok(out, "got " + new String(in.readNBytes(5), StandardCharsets.US_ASCII));
            } else if (RawContainer.path(head).equals("/refused")) {
                RawContainer.say(out, "HTTP/1.1 426 Upgrade Required\nContent-Length: 7\n\nrefused");
            } else {
                RawContainer.ok(out, "ignored");
            }
        })) {
            door.route(OneDoor.target("c1", container.port()));
            String upgrade = "Host: app.localhost\nConnection: close, Upgrade\nUpgrade: TLS/1.2\n";
            for (int i = 0; i < 5; i++) {
                assertThat(door.raw("GET / HTTP/1.1\n" + upgrade + "\n")).endsWith("ignored");
                assertThat(door.raw("GET /refused HTTP/1.1\n" + upgrade + "\n"))
                        .startsWith("HTTP/1.1 426 ")
                        .endsWith("refused");
                assertThat(door.raw("POST / HTTP/1.1\n" + upgrade + "Content-Length: 5\n\nhello"))
                        .endsWith("got hello");
                assertThat(door.raw("POST / HTTP/1.1\n" + upgrade + "Content-Length: 5\n\nhello"))
                        .endsWith("got hello");
            }
            assertThat(container.taken()).isEqualTo(1);
        }
    }

    @Test
    void connectionOfAnAnswerTakesNoFramingAway() throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> answerWhole(out))) {
            door.route(OneDoor.target("c1", container.port()));
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
