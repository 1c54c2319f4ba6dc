package dev.berth.gateway.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jboss.logging.Logger;

/**
 * What the front door's TLS is spoken with: the pairs of a folder, each by a context of its own. The folder is looked at
 * every second, by a thread of its own; who has shaken hands stays with what he was shown.
 */
public final class Tls implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Tls.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final ApplicationProtocolConfig PROTOCOLS = new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN,
            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2,
            ApplicationProtocolNames.HTTP_1_1);

    private final SslProvider provider;
    private final CertificateFolder folder;
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("berth-certificates").daemon().unstarted(task));
    private volatile Contexts contexts;

    /** What is served at one time. */
    private record Contexts(Certificates certificates, Map<String, Pair> pairs, Map<String, SslContext> byFile) {}

    /** OpenSSL's code where it can be loaded here, else the JDK's. */
    public static SslProvider provider() {
        if (OpenSsl.isAvailable()) {
            return SslProvider.OPENSSL_REFCNT;
        }
        LOG.infof("TLS by the JDK, as OpenSSL can't be loaded: %s", OpenSsl.unavailabilityCause());
        return SslProvider.JDK;
    }

    /**
     * Reads the folder, and goes on to look at it.
     *
     * @param wall when a certificate has expired
     * @throws IllegalArgumentException where it has no pair that can be used
     */
    public Tls(Path directory, SslProvider provider, InstantSource wall) {
        this.provider = provider;
        folder = new CertificateFolder(directory, wall, pair -> ReferenceCountUtil.release(context(pair)));
        folder.look();
        if (folder.pairs().isEmpty()) {
            looking.shutdownNow();
            throw new IllegalArgumentException("no pair that can be used in " + directory);
        }
        use(folder.pairs(), new Contexts(null, Map.of(), Map.of()));
        looking.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Not by two threads at once. */
    synchronized void look() {
        try {
            if (folder.look()) {
                use(folder.pairs(), contexts);
            }
        } catch (RuntimeException fault) {
            // The timer would end by it.
            LOG.error("the look at certificates met a fault of this gateway", fault);
        }
    }

    private void use(List<Pair> pairs, Contexts before) {
        Map<String, Pair> now = new HashMap<>();
        Map<String, SslContext> byFile = new HashMap<>();
        for (Pair pair : pairs) {
            now.put(pair.file(), pair);
            byFile.put(
                    pair.file(),
                    pair.equals(before.pairs().get(pair.file()))
                            ? before.byFile().get(pair.file())
                            : tried(pair));
        }
        Certificates certificates = new Certificates(pairs);
        certificates.doubts().forEach(LOG::warn);
        contexts = new Contexts(certificates, now, byFile);
        before.byFile().values().stream()
                .filter(context -> !byFile.containsValue(context))
                .forEach(ReferenceCountUtil::release);
    }

    private SslContext tried(Pair pair) {
        try {
            return context(pair);
        } catch (UnfitPair since) {
            throw new IllegalStateException(since);
        }
    }

    private SslContext context(Pair pair) throws UnfitPair {
        try {
            return SslContextBuilder.forServer(pair.key(), pair.chain().toArray(X509Certificate[]::new))
                    .sslProvider(provider)
                    .protocols("TLSv1.2", "TLSv1.3")
                    // What HTTP/2 allows (RFC 9113, 9.2.2), for HTTP/1 too.
                    .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(PROTOCOLS)
                    .build();
        } catch (SSLException | IllegalArgumentException unfit) {
            throw new UnfitPair(
                    pair.file() + ".crt is of a kind that TLS here can't use: " + unfit.getMessage(), unfit);
        }
    }

    /**
     * For one connection.
     *
     * @param name that its client asks for; null where it says none
     */
    public SslHandler handler(String name, ByteBufAllocator allocator) {
        SslContext context = held(name);
        try {
            return context.newHandler(allocator);
        } finally {
            ReferenceCountUtil.release(context);
        }
    }

    /** Kept until the caller lets go of it, also where it is replaced meanwhile. */
    private SslContext held(String name) {
        while (true) {
            SslContext context = context(name);
            try {
                return ReferenceCountUtil.retain(context);
            } catch (IllegalReferenceCountException replaced) {
                if (context == context(name)) {
                    throw replaced;
                }
            }
        }
    }

    SslContext context(String name) {
        Contexts now = contexts;
        return now.byFile().get(now.certificates().of(name).file());
    }

    /** When no connection begins any more. */
    @Override
    public void close() {
        looking.close();
        contexts.byFile().values().forEach(ReferenceCountUtil::release);
    }
}
