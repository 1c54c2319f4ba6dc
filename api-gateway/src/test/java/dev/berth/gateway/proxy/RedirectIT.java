package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.proxy.tls.PairFiles;
import dev.berth.gateway.proxy.tls.Tls;
import dev.berth.gateway.proxy.wire.Secure;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.time.InstantSource;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A gateway that sends all its clients to https. */
class RedirectIT {
    @TempDir
    static Path folder;

    private static Tls tls;
    private OneDoor door;
    private int port;

    @BeforeAll
    static void make() throws Exception {
        PairFiles.make(folder, "web", 2, "app.localhost");
        tls = new Tls(folder, SslProvider.JDK, InstantSource.system());
    }

    @AfterAll
    static void end() {
        tls.close();
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    private void open(int redirect) throws Exception {
        port = OneDoor.freePort();
        door = new OneDoor(1_000, () -> {}, new Secure(port, tls, redirect));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET /x?a=%20&b=/ HTTP/1.1   | app.localhost        | 8443 | https://app.localhost:8443/x?a=%20&b=/
            GET /x HTTP/1.1             | App.localhost:8080   | 443  | https://App.localhost/x
            POST /v1/apps HTTP/1.1      | localhost            | 443  | https://localhost/v1/apps
            GET /-/app/x HTTP/1.1       | 127.0.0.1:8080       | 8443 | https://127.0.0.1:8443/-/app/x
            GET / HTTP/1.1              | [::1]:8080           | 8443 | https://[::1]:8443/
            GET / HTTP/1.1              | [::1]                | 443  | https://[::1]/
            GET http://app.localhost?q HTTP/1.1 | other        | 443  | https://app.localhost/?q
            OPTIONS * HTTP/1.1          | app.localhost        | 443  | https://app.localhost/
            """)
    void plainRequestIsSentToTheSameByHttps(String line, String host, int to, String location) throws Exception {
        open(to);
        try (RawContainer container = new RawContainer((head, in, out) -> RawContainer.ok(out, "plain"))) {
            door.route(OneDoor.target("c1", container.port()));
            assertThat(door.raw(line + "\nHost: " + host + "\nConnection: close\n\n"))
                    .startsWith("HTTP/1.1 308 Permanent Redirect\r\n")
                    .contains("\r\nlocation: " + location + "\r\n");
            assertThat(container.taken()).isZero();
        }
    }

    @Test
    void requestWithoutAHostIsRefused() throws Exception {
        open(443);
        assertThat(door.raw("GET / HTTP/1.0\n\n")).startsWith("HTTP/1.1 400 ").contains("names no host");
    }

    @Test
    void requestByTlsIsServed() throws Exception {
        open(443);
        try (RawContainer container = new RawContainer((head, in, out) -> RawContainer.ok(out, "served"));
                SSLSocket client = TlsClient.connect(port, "app.localhost")) {
            door.route(OneDoor.target("c1", container.port()));
            RawContainer.say(client.getOutputStream(), "GET / HTTP/1.1\nHost: app.localhost\n\n");
            assertThat(RawContainer.head(client.getInputStream())).startsWith("HTTP/1.1 200 ");
        }
    }
}
