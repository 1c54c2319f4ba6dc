package dev.berth.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.Readiness;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What a container that answers so is taken for. */
    private static Probe.Outcome answered(boolean http2, byte[] answer, boolean silent, Duration patience)
            throws Exception {
        try (ServerSocket app = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread answers = Thread.ofVirtual().start(() -> {
                try (Socket client = app.accept()) {
                    client.getInputStream().read(new byte[1024]);
                    client.getOutputStream().write(answer);
                    if (silent) {
                        client.getInputStream().readAllBytes();
                    }
                } catch (IOException gone) {
                    // It has heard enough.
                }
            });
            try {
                return Probe.ask("127.0.0.1", app.getLocalPort(), new Readiness("/ready", http2), patience);
            } finally {
                answers.join();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200 OK\\n\\n",
        "HTTP/1.0 204 No Content\\n\\n",
        "HTTP/1.1 301\\n\\n",
        "HTTP/1.1 103 Early Hints\\nLink: </a.css>\\n\\nHTTP/1.1 200 OK\\n\\n",
        "HTTP/1.1 100 Continue\\n\\nHTTP/1.1 102 Processing\\n\\nHTTP/1.1 302 Found\\n\\n",
    })
    void finalAnswerOf2xxOr3xxIsReady(String answer) throws Exception {
        assertThat(answered(false, http1(answer), false, PATIENCE)).isEqualTo(new Probe.Outcome.Ready());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            HTTP/1.1 400 Bad Request\\n\\n                              | was answered 400, not 2xx or 3xx
            HTTP/1.1 103 Early Hints\\n\\nHTTP/1.1 503 Later\\n\\n    | was answered 503, not 2xx or 3xx
            HTTP/1.1 101 Switching Protocols\\n\\n                      | was answered 101, not 2xx or 3xx
            HTTP/1.1 103 Early Hints\\n\\n                              | was not answered: the connection was closed
            ''                                                       | was not answered: the connection was closed
            SSH-2.0-OpenSSH_9.2\\n                                     | was answered with what is no HTTP/1: "SSH-2.0-OpenSSH_9.2"
            HTTP/2 200                                               | was answered with what is no HTTP/1: "HTTP/2 200"
            """)
    void allElseIsSaidAsItWasSeen(String answer, String seen) throws Exception {
        assertThat(answered(false, http1(answer), false, PATIENCE))
                .isInstanceOfSatisfying(
                        Probe.Outcome.NotYet.class,
                        not -> assertThat(not.seen())
                                .startsWith("GET /ready on port ")
                                .endsWith(seen));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void silenceIsSaidWithItsLength(boolean http2) throws Exception {
        assertThat(answered(http2, new byte[0], true, Duration.ofMillis(200)))
                .isInstanceOfSatisfying(
                        Probe.Outcome.NotYet.class,
                        not -> assertThat(not.seen()).endsWith("did not answer within 0.2 s"));
    }

    @ParameterizedTest
    @CsvSource({"'', 'port %d was refused'", "/ready, 'GET /ready on port %d was refused'"})
    void portThatNobodyHasIsSaid(String readiness, String said) throws IOException {
        ServerSocket closed = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        closed.close();
        assertThat(Probe.ask("127.0.0.1", closed.getLocalPort(), new Readiness(readiness, false), PATIENCE))
                .isEqualTo(new Probe.Outcome.NotYet(
                        said.formatted(closed.getLocalPort()) + ": nothing accepts connections there"));
    }

    private static byte[] http1(String answer) {
        return answer.replace("\\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static final String SETTINGS = "000000 04 00 00000000";

    private static byte[] hex(String... frames) {
        return HexFormat.of().parseHex(String.join("", frames).replace(" ", ""));
    }

    /** Fields as they go over the wire: HPACK's, with a name and value of its own each. */
    private static String fields(String... fields) throws Exception {
        DefaultHttp2Headers headers = new DefaultHttp2Headers(false);
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(fields[i], fields[i + 1]);
        }
        ByteBuf block = Unpooled.buffer();
        new DefaultHttp2HeadersEncoder().encodeHeaders(1, headers, block);
        return ByteBufUtil.hexDump(block);
    }

    private static String frame(int type, int flags, int stream, String payload) {
        return "%06x%02x%02x%08x%s".formatted(payload.length() / 2, type, flags, stream, payload);
    }

    @Test
    void finalAnswerByHttp2IsFoundHoweverItIsCut() throws Exception {
        String ok = fields(":status", "204", "server", "x");
        String hints = frame(1, 4, 1, fields(":status", "103", "link", "</a.css>"));
        String[] ready = {
            frame(1, 5, 1, ok),
            frame(8, 0, 0, "00010000") + frame(6, 0, 0, "0102030405060708") + frame(4, 1, 0, "") + frame(1, 4, 1, ok),
            hints + frame(1, 5, 1, ok),
            frame(1, 0x2d, 1, "03" + "0000000010" + ok + "000000"),
            frame(1, 1, 1, ok.substring(0, 2)) + frame(9, 0, 1, ok.substring(2, 4)) + frame(9, 4, 1, ok.substring(4)),
        };
        for (String answer : ready) {
            assertThat(answered(true, hex(SETTINGS, answer), false, PATIENCE))
                    .as(answer)
                    .isEqualTo(new Probe.Outcome.Ready());
        }
    }

    @Test
    void allElseByHttp2IsSaidAsItWasSeen() throws Exception {
        assertSeen(hex(SETTINGS, frame(1, 5, 1, fields(":status", "503"))), "was answered 503, not 2xx or 3xx");
        assertSeen(hex(SETTINGS, frame(1, 5, 1, fields("server", "x"))), "was answered without a status");
        assertSeen(hex(SETTINGS, frame(1, 5, 1, "ff")), "was answered with fields that can't be read: ");
        assertSeen(hex(SETTINGS, frame(3, 0, 1, "00000007")), "was refused by RST_STREAM REFUSED_STREAM");
        assertSeen(hex(SETTINGS, frame(7, 0, 0, "000000000000000d")), "was refused by GOAWAY HTTP_1_1_REQUIRED");
        assertSeen(hex(SETTINGS), "was not answered: the connection was closed");
        assertSeen(hex(SETTINGS, "000010 01"), "was not answered: the connection was closed");
        assertSeen(http1("HTTP/1.1 400 Bad Request\\n\\n"), "was answered with what is no HTTP/2: \"HTTP/1.1 \"");
        assertSeen(http1("no"), "was answered with what is no HTTP/2: \"no\"");
        assertSeen(hex(frame(1, 5, 1, fields(":status", "200"))), "was answered with what is no HTTP/2: ");
        assertSeen(hex(SETTINGS, frame(1, 13, 1, "ff")), "was answered with frames that can't be read");
    }

    private static void assertSeen(byte[] answer, String seen) throws Exception {
        assertThat(answered(true, answer, false, PATIENCE))
                .isInstanceOfSatisfying(
                        Probe.Outcome.NotYet.class,
                        not -> assertThat(not.seen())
                                .startsWith("GET /ready on port ")
                                .contains(seen));
    }
}
