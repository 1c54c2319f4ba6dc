package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes over HTTP/1 goes on as it came, as soon as it came, and ends where it ended. */
@ExtendWith(Leaks.class)
class PassingIT {
    @AutoClose
    private final OneDoor door = new OneDoor(2_000, () -> {});

    private static final String POST = "POST / HTTP/1.1\nHost: app.localhost\n";

    private static String ascii(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked"})
    void headReachesTheContainerBeforeTheBodyAndItsAnswerTheClient(String framing) throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) ->
                        RawContainer.say(out, "HTTP/1.1 401 Who\nContent-Length: 4\nConnection: close\n\nwho?"));
                Socket client = door.connect()) {
            door.route(OneDoor.target("c1", container.port()));
            RawContainer.say(client.getOutputStream(), POST + framing + "\n\n");
            assertThat(RawContainer.head(client.getInputStream())).startsWith("HTTP/1.1 401 Who");
            assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("who?");
        }
        OneDoor.assertIdle(door.container());
    }

    /** The container says so, does not read on, and closes at once. */
    @Test
    void answerThatIsGivenDuringAnUploadReachesWhoUploads() throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> {
            RawContainer.say(out, "HTTP/1.1 413 Too Much\nContent-Length: 8\nConnection: close\n\ntoo much");
            throw new IOException("the container closes");
        })) {
            door.route(OneDoor.target("c1", container.port()));
            byte[] piece = new byte[100_000];
            for (int i = 0; i < 16; i++) {
                try (Socket client = door.connect()) {
                    OutputStream to = client.getOutputStream();
                    RawContainer.say(to, POST + "Connection: close\nContent-Length: 3000000\n\n");
                    for (int sent = 0; sent < 30; sent++) {
                        to.write(piece);
                    }
                    assertThat(ascii(client.getInputStream()))
                            .startsWith("HTTP/1.1 413 ")
                            .endsWith("too much");
                }
            }
        }
        OneDoor.assertIdle(door.container());
    }

    @Test
    void requestThatIsAnsweredEarlyLeavesItsConnectionToTheNext() throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> {
                    if (head.startsWith("POST")) {
                        RawContainer.say(out, "HTTP/1.1 403 No\nContent-Length: 2\nConnection: close\n\nno");
                        throw new IOException("the container closes");
                    }
                    RawContainer.ok(out, "next");
                });
                Socket client = door.connect()) {
            door.route(OneDoor.target("c1", container.port()));
            RawContainer.say(client.getOutputStream(), POST + "Content-Length: 5\n\n");
            assertThat(RawContainer.head(client.getInputStream())).startsWith("HTTP/1.1 403 No");
            assertThat(client.getInputStream().readNBytes(2)).asString().isEqualTo("no");
            RawContainer.say(
                    client.getOutputStream(), "helloGET / HTTP/1.1\nHost: app.localhost\nConnection: close\n\n");
            assertThat(ascii(client.getInputStream()))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("next");
        }
    }

    /** What of a request never came would be read as the next one. */
    @Test
    void connectionOfARequestThatWasAnsweredEarlyServesNoOther() throws Exception {
        try (RawContainer container =
                        new RawContainer((head, in, out) -> RawContainer.ok(out, "of " + RawContainer.path(head)));
                Socket client = door.connect()) {
            door.route(OneDoor.target("c1", container.port()));
            RawContainer.say(
                    client.getOutputStream(),
                    "POST /early HTTP/1.1\nHost: app.localhost\nContent-Length: 30\n\nGET /hidden");
            assertThat(RawContainer.head(client.getInputStream())).startsWith("HTTP/1.1 200 ");
            for (int i = 0; i < 5; i++) {
                assertThat(door.raw("GET /next HTTP/1.1\nHost: app.localhost\nConnection: close\n\n"))
                        .endsWith("of /next");
            }
        }
    }

    @Test
    void trailersPassBothWays() throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> {
            String rest = RawContainer.head(in);
            RawContainer.say(
                    out,
                    "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nTrailer: X-Sum\n\n5\nwhole\n0\nX-Sum: 7\nX-Seen: "
                            + (rest.contains("X-Check: 3\r\n") && rest.startsWith("3\r\nabc\r\n0\r\n")) + "\n\n");
        })) {
            door.route(OneDoor.target("c1", container.port()));
            assertThat(door.raw(
                            POST + "Connection: close\nTransfer-Encoding: chunked\n\n3;a=b\nabc\n0\nX-Check: 3\n\n"))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("\r\n0\r\nX-Sum: 7\r\nX-Seen: true\r\n\r\n");
        }
    }

    /** Of an app's answer nobody has to wonder whose it is; what a client sends is the app's to read. */
    @Test
    void onlyTheGatewaysOwnAnswersSayThatTheyAre() throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> RawContainer.say(
                out,
                "HTTP/1.1 103 Early\nBerth-Error: fault\nLink: x\n\n"
                        + "HTTP/1.1 503 Busy\nBERTH-Error: park-full\nX-Seen: " + head.contains("Berth-Error: mine")
                        + "\nTransfer-Encoding: chunked\n\n0\nberth-error: timeout\nX-Sum: 7\n\n"))) {
            door.route(OneDoor.target("c1", container.port()));
            assertThat(door.raw("GET / HTTP/1.1\nHost: app.localhost\nBerth-Error: mine\nConnection: close\n\n"))
                    .startsWith("HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 503 Busy\r\nX-Seen: true\r\n")
                    .endsWith("\r\n0\r\nX-Sum: 7\r\n\r\n")
                    .doesNotContainIgnoringCase("berth-error");
        }
    }

    @Test
    void requestsThatFollowAtOnceAreAnsweredInTurn() throws Exception {
        try (RawContainer container =
                        new RawContainer((head, in, out) -> RawContainer.ok(out, "of " + RawContainer.path(head)));
                Socket client = door.connect()) {
            door.route(OneDoor.target("c1", container.port()));
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                all.append("GET /").append(i).append(" HTTP/1.1\nHost: app.localhost\n\n");
            }
            RawContainer.say(client.getOutputStream(), all.toString());
            for (int i = 0; i < 50; i++) {
                assertThat(RawContainer.head(client.getInputStream())).startsWith("HTTP/1.1 200 ");
                String body = "of /" + i;
                assertThat(client.getInputStream().readNBytes(body.length()))
                        .asString()
                        .isEqualTo(body);
            }
        }
        OneDoor.assertIdle(door.container());
    }

    /** To HTTP/1.0 the end is told by closing, whatever the client hoped for. */
    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked\n\n5\nwhole\n0\n\n", "Connection: close\n\nwhole"})
    void clientOfTheOldVersionReadsAnAnswerOfUnknownLength(String answer) throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> {
            RawContainer.say(out, "HTTP/1.1 200 OK\n" + answer);
            if (answer.startsWith("Connection")) {
                throw new IOException("the container closes");
            }
        })) {
            door.route(OneDoor.target("c1", container.port()));
            assertThat(door.raw("GET / HTTP/1.0\nHost: app.localhost\nConnection: keep-alive\n\n"))
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("connection: close")
                    .doesNotContainIgnoringCase("transfer-encoding")
                    .endsWith("\r\n\r\nwhole");
        }
    }

    /** No client may take it for the whole. */
    @Test
    void answerThatIsCutIsNotEndedInOrder() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        try (RawContainer container = new RawContainer((head, in, out) -> {
                    RawContainer.say(out, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nwhole\n");
                    try {
                        read.await(10, TimeUnit.SECONDS);
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                    throw new IOException("the container closes");
                });
                Socket client = door.connect()) {
            door.route(OneDoor.target("c1", container.port()));
            RawContainer.say(client.getOutputStream(), "GET / HTTP/1.1\nHost: app.localhost\n\n");
            assertThat(RawContainer.head(client.getInputStream())).startsWith("HTTP/1.1 200 ");
            assertThat(client.getInputStream().readNBytes(10)).asString().isEqualTo("5\r\nwhole\r\n");
            read.countDown();
            assertThat(ascii(client.getInputStream())).isEmpty();
        }
        OneDoor.assertIdle(door.container());
    }

    @Test
    void chunkThatIsNoneIsAnswered400() throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> in.readAllBytes())) {
            door.route(OneDoor.target("c1", container.port()));
            for (String chunk : new String[] {" 5\nhello", "5 \nhello", "0x5\nhello", "5\nhello!", "\nhello", "-1\n"}) {
                assertThat(door.raw(POST + "Transfer-Encoding: chunked\n\n" + chunk + "\n0\n\n"))
                        .as(chunk)
                        .startsWith("HTTP/1.1 400 ")
                        .containsIgnoringCase("connection: close");
            }
            OneDoor.assertIdle(door.container());
        }
    }

    @Test
    void whatIsSaidTwiceAndTheSameIsTakenAndANameMayEndInADot() throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> RawContainer.ok(
                out,
                new String(in.readNBytes(5), StandardCharsets.US_ASCII) + head.split("content-length: 5").length))) {
            door.route(OneDoor.target("c1", container.port()));
            assertThat(door.raw("POST / HTTP/1.1\nHost: app.localhost.:8300\nConnection: close\nContent-Length: 5\n"
                            + "Content-Length: 5\n\nhello"))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("hello2");
        }
    }

    /** A connection that a container closed while nobody used it costs no request anything. */
    @Test
    void connectionThatTheContainerClosesMeanwhileFailsNoRequest() throws Exception {
        try (RawContainer container = new RawContainer((head, in, out) -> {
            in.readNBytes(head.contains("POST") ? 5 : 0);
            RawContainer.ok(out, "answered");
            throw new IOException("the container closes, and has not said so");
        })) {
            door.route(OneDoor.target("c1", container.port()));
            for (int i = 0; i < 50; i++) {
                assertThat(door.raw("GET / HTTP/1.1\nHost: app.localhost\nConnection: close\n\n"))
                        .startsWith("HTTP/1.1 200 ");
            }
        }
        OneDoor.assertIdle(door.container());
    }

    /** The gateway hears of the end after the request: its head can't be written, and nothing of its body is lost. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5\n\nhello", "Transfer-Encoding: chunked\n\n5\nhello\n0\n\n"})
    void bodyFollowsItsHeadToTheNextConnection(String post) throws Exception {
        String body = post.split("\n\n", 2)[1].replace("\n", "\r\n");
        String got = body.replace("\r\n", "|");
        try (RawContainer container = new RawContainer((head, in, out) -> {
                    int length = head.startsWith("POST") ? body.length() : 0;
                    RawContainer.ok(
                            out,
                            "got " + new String(in.readNBytes(length), StandardCharsets.US_ASCII).replace("\r\n", "|"));
                });
                Socket client = door.connect()) {
            door.route(OneDoor.target("c1", container.port()));
            RawContainer.say(client.getOutputStream(), "GET / HTTP/1.1\nHost: app.localhost\n\n");
            assertThat(RawContainer.head(client.getInputStream())).startsWith("HTTP/1.1 200 ");
            assertThat(client.getInputStream().readNBytes(4)).asString().isEqualTo("got ");
            OneDoor.assertIdle(door.container());
            door.meanwhile(() -> {
                RawContainer.say(client.getOutputStream(), POST + post);
                container.reset();
            });
            assertThat(RawContainer.head(client.getInputStream())).startsWith("HTTP/1.1 200 ");
            assertThat(client.getInputStream().readNBytes(4 + got.length()))
                    .asString()
                    .isEqualTo("got " + got);
        }
        OneDoor.assertIdle(door.container());
    }

    /** What comes under a path shares its host with Berth's own pages. */
    @Test
    void answerUnderAPathHasAnOriginOfItsOwn() throws Exception {
        String policy = "content-security-policy: sandbox allow-scripts allow-forms allow-popups allow-downloads\r\n";
        try (RawContainer container = new RawContainer((head, in, out) -> RawContainer.say(
                out, "HTTP/1.1 200 OK\nContent-Security-Policy: img-src 'self'\nContent-Length: 2\n\nok"))) {
            door.route(OneDoor.target("c1", container.port()));
            assertThat(door.raw("GET /-/app/x HTTP/1.1\nHost: localhost\nConnection: close\n\n"))
                    .contains(policy, "Content-Security-Policy: img-src 'self'\r\n")
                    .endsWith("\r\n\r\nok");
            assertThat(door.raw("GET / HTTP/1.1\nHost: app.localhost\nConnection: close\n\n"))
                    .startsWith("HTTP/1.1 200 OK")
                    .doesNotContain("sandbox");
        }
    }

    /** The browser sends the pages' session to every path of their host, and takes it from every path. */
    @Test
    void sessionOfThePagesNeverReachesAnAppAndNoAppCanSetIt() throws Exception {
        AtomicReference<String> seen = new AtomicReference<>("");
        try (RawContainer container = new RawContainer((head, in, out) -> {
            seen.set(head);
            RawContainer.say(
                    out,
                    "HTTP/1.1 103 Early\nSet-Cookie: berth_session=early\n\n"
                            + "HTTP/1.1 200 OK\nSet-Cookie: =berth_session=x; Path=/\nset-cookie: __Host-berth_session=y\n"
                            + "Set-Cookie: own=1\nClear-Site-Data: \"*\"\nContent-Length: 2\n\nok");
        })) {
            door.route(OneDoor.target("c1", container.port()));
            for (String name : List.of("berth_session", "__Host-berth_session")) {
                assertThat(door.raw("GET /-/app/x HTTP/1.1\nHost: localhost\nCookie: a=1; " + name
                                + "=secret\nCookie: mine=2\nConnection: close\n\n"))
                        .contains("\r\nSet-Cookie: own=1\r\n")
                        .doesNotContainIgnoringCase("clear-site-data")
                        .doesNotContain("berth_session");
                assertThat(seen.get()).contains("mine=2").doesNotContain("secret");
            }
            assertThat(door.raw("GET / HTTP/1.1\nHost: app.localhost\nCookie: a=1\nConnection: close\n\n"))
                    .contains("Clear-Site-Data: \"*\"\r\n");
            assertThat(seen.get()).contains("a=1");
        }
    }
}
