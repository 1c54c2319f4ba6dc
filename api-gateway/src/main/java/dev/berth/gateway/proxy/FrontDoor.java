package dev.berth.gateway.proxy;

import dev.berth.chassis.start.Listening;
import dev.berth.chassis.start.UnfitSettingException;
import dev.berth.gateway.control.Clocks;
import dev.berth.gateway.control.GatewayConfig;
import dev.berth.gateway.control.Router;
import dev.berth.gateway.control.TlsSettings;
import dev.berth.gateway.proxy.tls.Tls;
import dev.berth.gateway.proxy.wire.Front;
import dev.berth.gateway.proxy.wire.Listener;
import dev.berth.gateway.proxy.wire.Secure;
import dev.berth.gateway.routing.Hosts;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Opens the plain port, and that of TLS, on as many event loops as the configuration says. */
@ApplicationScoped
class FrontDoor {
    private static final Logger LOG = Logger.getLogger(FrontDoor.class);
    /** A manifest, which may have a million characters, with what JSON makes of them. */
    private static final long MOST_API_BYTES = 4L << 20;

    /** What is cut needs a moment to hear so. */
    private static final long CUT_MILLIS = 2_000;

    private final GatewayConfig config;
    private final Router router;
    private final Clocks clocks;
    private final int internal;
    private Listener listener;
    /** Null where it is not spoken. */
    private Tls tls;

    FrontDoor(
            GatewayConfig config,
            Router router,
            Clocks clocks,
            @ConfigProperty(name = "quarkus.http.port") int internal) {
        this.config = config;
        this.router = router;
        this.clocks = clocks;
        this.internal = internal;
    }

    void open(@Observes StartupEvent event) {
        Listening.check(
                ConfigProvider.getConfig(), "berth.gateway.host", config.host(), "berth.gateway.port", config.port());
        Front front = new Front(
                router.table(),
                new Hosts(config.domain()),
                config.limits(),
                config.host(),
                config.port(),
                internal,
                FrontDoor::apiBodyBytes,
                clocks.nanos(),
                router::drained);
        listener = new Listener(
                front, config.loops(), config.tls().map(this::secure).orElse(null));
        LOG.infof("listening on %s:%d with %d event loops", config.host(), config.port(), config.loops());
    }

    private Secure secure(TlsSettings settings) {
        Listening.check(
                ConfigProvider.getConfig(),
                "berth.gateway.host",
                config.host(),
                "berth.gateway.tls-port",
                settings.port());
        SslProvider provider = Tls.provider();
        try {
            tls = new Tls(settings.directory(), provider, clocks.wall());
        } catch (IllegalArgumentException none) {
            throw new UnfitSettingException(
                    TlsSettings.DIRECTORY,
                    TlsSettings.RULE + "; what is wrong with those that are there was said before",
                    none);
        }
        LOG.infof(
                "TLS on %s:%d by %s",
                config.host(), settings.port(), provider == SslProvider.JDK ? "the JDK" : OpenSsl.versionString());
        return new Secure(settings.port(), tls, config.redirect());
    }

    /** The first of all that ends: what is under way still needs the routes, the API, and whoever hears the reports. */
    void leave(@Observes @Priority(1) ShutdownEvent event) {
        if (listener == null) {
            return;
        }
        long grace = config.stopGrace().toMillis();
        try {
            listener.leave(grace).get(grace + CUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException late) {
            LOG.warnf("requests are cut: %s", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        listener.close();
        if (tls != null) {
            tls.close();
        }
    }

    /** A source bundle is streamed, and measured by the registry; every other body is held whole. */
    private static long apiBodyBytes(String path) {
        return path.startsWith("/v1/sources/") ? Long.MAX_VALUE : MOST_API_BYTES;
    }
}
