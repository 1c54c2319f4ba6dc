package dev.berth.gateway.control;

import dev.berth.gateway.proxy.Worker;
import dev.berth.gateway.routing.Hosts;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.CompletionException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Opens the one port on as many event loops as the configuration says. */
@ApplicationScoped
public class FrontDoor {
    private static final Logger LOG = Logger.getLogger(FrontDoor.class);
    /** A manifest, which may have a million characters, with what JSON makes of them. */
    private static final long MOST_API_BYTES = 4L << 20;

    private final Vertx vertx;
    private final GatewayConfig config;
    private final Router router;
    private final int internal;

    FrontDoor(Vertx vertx, GatewayConfig config, Router router,
            @ConfigProperty(name = "quarkus.http.port") int internal) {
        this.vertx = vertx;
        this.config = config;
        this.router = router;
        this.internal = internal;
    }

    void open(@Observes StartupEvent event) {
        Worker.Front front = new Worker.Front(config.host(), config.port(), internal, FrontDoor::apiBodyBytes,
                router::drained);
        Hosts hosts = new Hosts(config.domain());
        try {
            vertx.deployVerticle(() -> new Worker(router.table(), hosts, config.limits(), front),
                    new DeploymentOptions().setInstances(config.loops())).toCompletionStage().toCompletableFuture()
                    .join();
        } catch (CompletionException fault) {
            throw new IllegalStateException("the gateway can't listen on " + config.host() + ":" + config.port() + ": "
                    + fault.getCause().getMessage() + "; end what uses the port, or set berth.gateway.port",
                    fault.getCause());
        }
        LOG.infof("listening on %s:%d with %d event loops", config.host(), config.port(), config.loops());
    }

    /** A source bundle is streamed, and measured by the registry; every other body is held whole. */
    private static long apiBodyBytes(String uri) {
        return uri.startsWith("/v1/sources/") ? Long.MAX_VALUE : MOST_API_BYTES;
    }
}
