package dev.berth.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What a container that answers so is taken for. */
    private static Probe.Outcome answered(String answer, Duration patience) throws Exception {
        try (ServerSocket app = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread answers = Thread.ofVirtual().start(() -> {
                try (Socket client = app.accept()) {
                    client.getInputStream().read(new byte[1024]);
                    client.getOutputStream().write(answer.replace("\\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                    if (answer.endsWith("…")) {
                        client.getInputStream().readAllBytes();
                    }
                } catch (IOException gone) {
                    // It has heard enough.
                }
            });
            try {
                return Probe.ask("127.0.0.1", app.getLocalPort(), "/ready", patience);
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
        assertThat(answered(answer, PATIENCE)).isEqualTo(new Probe.Outcome.Ready());
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
        assertThat(answered(answer, PATIENCE))
                .isInstanceOfSatisfying(
                        Probe.Outcome.NotYet.class,
                        not -> assertThat(not.seen())
                                .startsWith("GET /ready on port ")
                                .endsWith(seen));
    }

    @Test
    void silenceIsSaidWithItsLength() throws Exception {
        assertThat(answered("…", Duration.ofMillis(200)))
                .isInstanceOfSatisfying(
                        Probe.Outcome.NotYet.class,
                        not -> assertThat(not.seen()).endsWith("did not answer within 0.2 s"));
    }

    @ParameterizedTest
    @CsvSource({"'', 'port %d was refused'", "/ready, 'GET /ready on port %d was refused'"})
    void portThatNobodyHasIsSaid(String readiness, String said) throws IOException {
        ServerSocket closed = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        closed.close();
        assertThat(Probe.ask("127.0.0.1", closed.getLocalPort(), readiness, PATIENCE))
                .isEqualTo(new Probe.Outcome.NotYet(
                        said.formatted(closed.getLocalPort()) + ": nothing accepts connections there"));
    }
}
