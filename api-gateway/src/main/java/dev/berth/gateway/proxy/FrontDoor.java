package dev.berth.gateway.proxy;

import dev.berth.chassis.start.Listening;
import dev.berth.gateway.control.Clocks;
import dev.berth.gateway.control.GatewayConfig;
import dev.berth.gateway.control.Router;
import dev.berth.gateway.routing.Hosts;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Opens the one port on as many event loops as the configuration says. */
@ApplicationScoped
class FrontDoor {
    private static final Logger LOG = Logger.getLogger(FrontDoor.class);
    /** A manifest, which may have a million characters, with what JSON makes of them. */
    private static final long MOST_API_BYTES = 4L << 20;

    /** What is cut needs a moment to hear so. */
    private static final long CUT_MILLIS = 2_000;

    private final Vertx vertx;
    private final GatewayConfig config;
    private final Router router;
    private final Clocks clocks;
    private final int internal;
    private List<Worker> workers = List.of();

    FrontDoor(
            Vertx vertx,
            GatewayConfig config,
            Router router,
            Clocks clocks,
            @ConfigProperty(name = "quarkus.http.port") int internal) {
        this.vertx = vertx;
        this.config = config;
        this.router = router;
        this.clocks = clocks;
        this.internal = internal;
    }

    void open(@Observes StartupEvent event) {
        Listening.check(
                ConfigProvider.getConfig(), "berth.gateway.host", config.host(), "berth.gateway.port", config.port());
        Queue<Worker> made = new ConcurrentLinkedQueue<>();
        Worker.Front front = new Worker.Front(
                config.host(), config.port(), internal, FrontDoor::apiBodyBytes, clocks.millis(), router::drained);
        Hosts hosts = new Hosts(config.domain());
        try {
            vertx.deployVerticle(
                            () -> {
                                Worker worker = new Worker(router.table(), hosts, config.limits(), front);
                                made.add(worker);
                                return worker;
                            },
                            new DeploymentOptions().setInstances(config.loops()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException fault) {
            throw new IllegalStateException("the gateway can't listen", fault.getCause());
        }
        workers = List.copyOf(made);
        LOG.infof("listening on %s:%d with %d event loops", config.host(), config.port(), config.loops());
    }

    /** The first of all that ends: what is under way still needs the routes, the API, and whoever hears the reports. */
    void leave(@Observes @Priority(1) ShutdownEvent event) {
        long grace = config.stopGrace().toMillis();
        try {
            Future.all(workers.stream().map(worker -> worker.leave(grace)).toList())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(grace + CUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException late) {
            LOG.warnf("requests are cut: %s", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A source bundle is streamed, and measured by the registry; every other body is held whole. */
    private static long apiBodyBytes(String uri) {
        return uri.startsWith("/v1/sources/") ? Long.MAX_VALUE : MOST_API_BYTES;
    }
}
