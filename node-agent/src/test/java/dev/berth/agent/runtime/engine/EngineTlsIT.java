package dev.berth.agent.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.model.HostConfig;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine by TCP, which knows its clients by their certificates. */
@Timeout(120)
class EngineTlsIT {
    /** One authority, and what it signed for an engine at 127.0.0.1 and for its clients. */
    private static final String KEYS = """
            set -e
            cd "$1"
            openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca-key.pem -out ca.pem
            sign() {
              openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1-key.pem" -out "$1.csr"
              printf 'subjectAltName=IP:127.0.0.1\\nextendedKeyUsage=%s\\n' "$2" >"$1.ext"
              openssl x509 -req -days 2 -in "$1.csr" -CA ca.pem -CAkey ca-key.pem -CAcreateserial -extfile "$1.ext" -out "$1-cert.pem"
            }
            sign server serverAuth
            sign client clientAuth
            mkdir client
            cp ca.pem client/ca.pem
            cp client-cert.pem client/cert.pem
            cp client-key.pem client/key.pem
            """;

    @TempDir
    static Path keys;

    @TempDir
    static Path others;

    private static TestEngine engine;
    private static URI address;

    @BeforeAll
    static void start() throws Exception {
        make(keys);
        make(others);
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        address = URI.create("tcp://127.0.0.1:" + port);
        engine = TestEngine.own(
                TestKind.DOCKER,
                "--host=" + address,
                "--tlsverify",
                "--tlscacert=" + keys.resolve("ca.pem"),
                "--tlscert=" + keys.resolve("server-cert.pem"),
                "--tlskey=" + keys.resolve("server-key.pem"));
    }

    @AfterAll
    static void end() {
        if (engine != null) {
            engine.close();
        }
    }

    private static void make(Path folder) throws Exception {
        Process openssl = new ProcessBuilder("sh", "-c", KEYS, "sh", folder.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(openssl.waitFor()).as(said).isZero();
    }

    private static EngineSettings with(Path certificates) {
        return new EngineSettings(address, Optional.of(certificates));
    }

    @Test
    void clientThatItsAuthoritySignedIsServed() throws Exception {
        try (Engine client = Engine.connect(with(keys.resolve("client")))) {
            assertThat(client.local()).isFalse();
            client.isThere();
            String made = client.ask(
                            "make a container",
                            docker -> docker.createContainerCmd(TestEngine.IMAGE)
                                    .withCmd("echo", "by TLS")
                                    .withHostConfig(HostConfig.newHostConfig().withNetworkMode("none"))
                                    .exec())
                    .getId();
            client.ask("start it", docker -> docker.startContainerCmd(made).exec());
            try (EngineStream output =
                    client.stream("read its output", "/containers/" + made + "/logs?stdout=1&follow=1")) {
                assertThat(new String(output.body().readAllBytes(), StandardCharsets.UTF_8))
                        .contains("by TLS");
            }
            client.ask("remove it", docker -> docker.removeContainerCmd(made).exec());
        }
    }

    @Test
    void engineThatWasBegunAgainIsAskedAsBefore() throws Exception {
        try (Engine client = Engine.connect(with(keys.resolve("client")))) {
            client.isThere();
            engine.crash();
            engine.begin();
            client.isThere();
        }
    }

    @Test
    void clientOfAnotherAuthorityIsToldWhichSettingsMustFit() {
        assertThatThrownBy(() -> Engine.connect(with(others.resolve("client"))))
                .isInstanceOf(EngineAwayException.class)
                .hasMessageContaining("TLS fails")
                .hasMessageContaining("DOCKER_CERT_PATH");
    }

    @Test
    void clientWithoutTlsIsToldThatItIsNeeded() {
        assertThatThrownBy(() -> Engine.connect(new EngineSettings(address, Optional.empty())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("TLS")
                .hasMessageContaining("DOCKER_TLS_VERIFY");
    }

    @Test
    void folderWithoutItsFilesIsNamed() throws IOException {
        Path empty = Files.createDirectory(others.resolve("empty"));
        assertThatThrownBy(() -> Engine.connect(with(empty)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(empty.toString());
    }
}
