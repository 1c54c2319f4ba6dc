package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.gateway.proxy.tls.PairFiles;
import dev.berth.gateway.proxy.tls.Tls;
import dev.berth.gateway.proxy.wire.Secure;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates of the front door that come, change and go while it serves. */
@Timeout(60)
class CertificatesIT {
    private static final String ASK = "GET /x HTTP/1.1\nHost: app.localhost\n\n";

    @TempDir
    Path folder;

    /** Of files that are not in the folder yet. */
    @TempDir
    Path aside;

    private Tls tls;
    private OneDoor door;
    private int port;

    private void open(SslProvider provider) throws Exception {
        tls = new Tls(folder, provider, InstantSource.system());
        port = OneDoor.freePort();
        door = new OneDoor(1_000, () -> {}, new Secure(port, tls, 0));
    }

    @BeforeEach
    void make() throws Exception {
        PairFiles.make(folder, "default", 2, "default.example.com");
        PairFiles.make(folder, "web", 2, "app.localhost", "*.apps.example.com");
    }

    @AfterEach
    void close() throws Exception {
        if (door != null) {
            door.close();
            tls.close();
        }
    }

    private void move(String from, String to) throws IOException {
        Files.move(aside.resolve(from), folder.resolve(to), StandardCopyOption.REPLACE_EXISTING);
    }

    private void awaitShown(String name, String subject) throws Exception {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        String shown = TlsClient.shown(port, name);
        while (!shown.equals(subject) && System.nanoTime() < until) {
            shown = TlsClient.shown(port, name);
        }
        assertThat(shown).isEqualTo(subject);
    }

    /** The folder has been looked at since it is as it is: a pair that came later, and is read after it, is shown. */
    private void awaitLook() throws Exception {
        PairFiles.make(aside, "zz", 2, "zz.example.com");
        move("zz.key", "zz.key");
        move("zz.crt", "zz.crt");
        awaitShown("zz.example.com", "zz");
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void clientIsShownWhatItAsksFor(SslProvider provider) throws Exception {
        open(provider);
        assertThat(TlsClient.shown(port, "app.localhost")).isEqualTo("web");
        assertThat(TlsClient.shown(port, "a.APPS.example.com")).isEqualTo("web");
        assertThat(TlsClient.shown(port, "b.a.apps.example.com")).isEqualTo("default");
        assertThat(TlsClient.shown(port, "elsewhere.example")).isEqualTo("default");
        assertThat(TlsClient.shown(port, null)).isEqualTo("default");
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void newPairIsShownAndConnectionsThatStandGoOn(SslProvider provider) throws Exception {
        open(provider);
        try (RawContainer container = new RawContainer((head, in, out) -> RawContainer.ok(out, "ok"));
                SSLSocket standing = TlsClient.connect(port, "app.localhost")) {
            door.route(OneDoor.target("c1", container.port()));
            PairFiles.make(aside, "newer", 2, "app.localhost");
            // As certbot's hooks do: one file after the other.
            move("newer.crt", "web.crt");
            assertThat(TlsClient.shown(port, "app.localhost")).isEqualTo("web");
            awaitLook();
            assertThat(TlsClient.shown(port, "app.localhost")).isEqualTo("web");
            move("newer.key", "web.key");
            awaitShown("app.localhost", "newer");
            RawContainer.say(standing.getOutputStream(), ASK);
            assertThat(RawContainer.head(standing.getInputStream())).startsWith("HTTP/1.1 200 ");
            assertThat(TlsClient.shown(standing)).isEqualTo("web");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void linkThatIsSwappedIsFollowed(SslProvider provider) throws Exception {
        // As Kubernetes mounts secrets: files are links through a link, which is replaced at once.
        Path first = Files.createDirectory(folder.resolve("..1"));
        Path second = Files.createDirectory(folder.resolve("..2"));
        PairFiles.make(first, "tls", 2, "swapped.example.com");
        PairFiles.make(second, "other", 2, "swapped.example.com");
        for (String end : new String[] {".crt", ".key"}) {
            Files.move(second.resolve("other" + end), second.resolve("tls" + end));
            Files.createSymbolicLink(folder.resolve("tls" + end), Path.of("..data", "tls" + end));
        }
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
        open(provider);
        assertThat(TlsClient.shown(port, "swapped.example.com")).isEqualTo("tls");
        Files.createSymbolicLink(folder.resolve("..next"), Path.of("..2"));
        Files.move(folder.resolve("..next"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        awaitShown("swapped.example.com", "other");
    }

    @Test
    void folderWithoutAPairIsRefused() throws Exception {
        Files.move(folder.resolve("web.key"), aside.resolve("web.key"));
        Files.move(folder.resolve("default.key"), folder.resolve("web.key"));
        assertThatThrownBy(() -> new Tls(folder, SslProvider.JDK, InstantSource.system()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no pair that can be used");
    }
}
