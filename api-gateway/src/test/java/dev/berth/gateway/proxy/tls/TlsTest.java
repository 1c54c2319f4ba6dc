package dev.berth.gateway.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What OpenSSL's code keeps in memory of its own is given back, and not while it is in use. */
class TlsTest {
    private static final int CHANGES = 100;

    @TempDir
    Path folder;

    @TempDir
    Path aside;

    @BeforeEach
    void make() throws IOException {
        assumeThat(OpenSsl.isAvailable()).isTrue();
        PairFiles.make(aside, "a", 2, "web.example.com");
        PairFiles.make(aside, "b", 2, "web.example.com");
        put("a");
    }

    private void put(String from) throws IOException {
        for (String end : new String[] {".crt", ".key"}) {
            Path fresh = folder.resolve("fresh");
            Files.copy(aside.resolve(from + end), fresh);
            Files.move(fresh, folder.resolve("web" + end), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private Tls open() {
        return new Tls(folder, SslProvider.OPENSSL_REFCNT, InstantSource.system());
    }

    @Test
    void replacedCertificateIsKeptAsLongAsAConnectionHasIt() throws Exception {
        SslContext last;
        try (Tls tls = open()) {
            SslContext before = tls.context("web.example.com");
            SslHandler standing = tls.handler("web.example.com", UnpooledByteBufAllocator.DEFAULT);
            assertThat(ReferenceCountUtil.refCnt(before)).isEqualTo(2);
            put("b");
            tls.look();
            last = tls.context("web.example.com");
            assertThat(last).isNotSameAs(before);
            assertThat(ReferenceCountUtil.refCnt(before)).isEqualTo(1);
            ReferenceCountUtil.release(standing.engine());
            assertThat(ReferenceCountUtil.refCnt(before)).isZero();
        }
        assertThat(ReferenceCountUtil.refCnt(last)).isZero();
    }

    @Test
    void connectionsBeginWhileCertificatesChange() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (Tls tls = open()) {
            CompletableFuture<Integer> begun = CompletableFuture.supplyAsync(() -> {
                int count = 0;
                while (!over.get()) {
                    ReferenceCountUtil.release(tls.handler("web.example.com", UnpooledByteBufAllocator.DEFAULT)
                            .engine());
                    count++;
                }
                return count;
            });
            for (int i = 0; i < CHANGES && !begun.isDone(); i++) {
                put(i % 2 == 0 ? "b" : "a");
                tls.look();
            }
            over.set(true);
            assertThat(begun.get()).isPositive();
        }
    }
}
