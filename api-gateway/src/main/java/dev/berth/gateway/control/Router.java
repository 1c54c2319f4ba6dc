package dev.berth.gateway.control;

import dev.berth.gateway.bus.StatusOut;
import dev.berth.gateway.client.AllRoutes;
import dev.berth.gateway.client.RouteMessages;
import dev.berth.gateway.client.Services;
import dev.berth.gateway.routing.RouteTable;
import dev.berth.gateway.traffic.Backend;
import dev.berth.protocol.v1.AppRoutes;
import dev.berth.protocol.v1.ContainerDrain;
import dev.berth.protocol.v1.GatewayRef;
import dev.berth.protocol.v1.GatewayStatus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Applies routes as they come, reads all of them when one was missed, and reports. A report says which routes are
 * applied and what is in flight on draining containers, as of the same moment. After a gap in its reports a gateway
 * reads the newest routes before it reports again: one that the scheduler counts as live has current routes.
 */
@ApplicationScoped
public class Router {
    private static final Logger LOG = Logger.getLogger(Router.class);
    private static final long REPORT_MILLIS = 500;
    /** Half of the shortest lease that the scheduler gives. */
    private static final long GAP_MILLIS = 1_500;
    /** After routes that may have been incomplete, when to ask for all of them. */
    private static final long COMPLETE_MILLIS = 5_000;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    /** A bus that answers does so within this. */
    private static final long LAST_WORD_MILLIS = 1_000;

    private final RouteTable table = new RouteTable();
    private final GatewayConfig config;
    private final Services services;
    private final StatusOut out;
    private final Clocks clocks;
    private final String incarnation;
    private final ScheduledExecutorService loop = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("berth-router").factory());
    private boolean reading;
    private boolean readAgain;
    private boolean reporting;
    private boolean reportAgain;
    /** By the monotonic clock; long ago at first. */
    private long reportedAt;
    private boolean ended;
    private long statusSequence;
    private Set<RouteTable.Contest> contests = Set.of();

    Router(GatewayConfig config, Services services, StatusOut out, Clocks clocks) {
        this.config = config;
        this.clocks = clocks;
        incarnation = String.format("%015d-%s", clocks.wall().millis(), UUID.randomUUID());
        this.services = services;
        this.out = out;
    }

    void start(@Observes StartupEvent event) {
        loop.execute(this::read);
        loop.scheduleAtFixedRate(this::report, REPORT_MILLIS, REPORT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** When the front door is shut, so that nothing is in flight any more. Its last word, where the bus takes it. */
    void stop(@Observes @Priority(2) ShutdownEvent event) {
        try {
            loop.submit(this::lastWord).get().get(LAST_WORD_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unheard) {
            LOG.debugf("that this gateway ends was not heard: %s", unheard.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        loop.shutdownNow();
    }

    private CompletableFuture<Void> lastWord() {
        ended = true;
        return out.send(status().setEnded(true).build()).subscribeAsCompletionStage();
    }

    public RouteTable table() {
        return table;
    }

    public void apply(AppRoutes message) {
        loop.execute(() -> {
            switch (table.apply(RouteMessages.change(message), now())) {
                case DONE -> {
                    warnOfContests();
                    report();
                }
                case GAP -> read();
                case STALE -> LOG.debugf("routes %d are old", message.getSequence());
            }
        });
    }

    /** What the scheduler that leads says of itself twice a second. */
    public void head(long epoch, long sequence, String leader) {
        services.leads(epoch, leader);
        loop.execute(() -> {
            if (table.behind(epoch, sequence)) {
                read();
            }
        });
    }

    /** Reads all routes. */
    public void reload() {
        loop.execute(this::read);
    }

    /** The last request on a draining container has ended. */
    public void drained() {
        loop.execute(this::report);
    }

    private void read() {
        if (reading) {
            readAgain = true;
            return;
        }
        reading = true;
        services.scheduler().getRoutes(
                GatewayRef.newBuilder().setGateway(config.name()).setIncarnation(incarnation).build()).ifNoItem()
                .after(PATIENCE).fail().collect().in(AllRoutes::new, AllRoutes::add).onItem()
                .transformToUni(routes -> routes.whole()
                        ? Uni.createFrom().item(routes)
                        : Uni.createFrom().failure(new IOException("the scheduler's answer was cut short")))
                .subscribe().with(routes -> loop.execute(() -> take(routes)), fault -> loop.schedule(() -> {
                    LOG.debugf("all routes could not be read: %s", fault.toString());
                    reading = false;
                    readAgain = false;
                    if (!table.loaded()) {
                        read();
                    }
                }, 300, TimeUnit.MILLISECONDS));
    }

    private void take(AllRoutes routes) {
        reading = false;
        if (table.load(routes.epoch(), routes.sequence(), routes.apps(), routes.mayBeIncomplete(), now())) {
            warnOfContests();
            LOG.debugf("all routes read at %d", routes.sequence());
            reportedAt = now();
            report();
            if (routes.mayBeIncomplete()) {
                loop.schedule(this::read, COMPLETE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
        if (readAgain) {
            readAgain = false;
            read();
        }
    }

    /** The registry lets one app alone have a label; two are a fault that a person has to see. */
    private void warnOfContests() {
        Set<RouteTable.Contest> now = Set.copyOf(table.contests());
        for (RouteTable.Contest contest : now) {
            if (!contests.contains(contest)) {
                LOG.warnf("%s does not answer under %s, which belongs to %s: give one of them another web.label",
                        contest.denied(), contest.label(), contest.owner());
            }
        }
        contests = now;
    }

    private void report() {
        if (!table.loaded() || ended) {
            return;
        }
        if (now() - reportedAt > GAP_MILLIS) {
            read();
            return;
        }
        if (reporting) {
            reportAgain = true;
            return;
        }
        reporting = true;
        long started = now();
        out.send(status().build()).ifNoItem().after(PATIENCE).fail().subscribe().with(sent -> loop.execute(() -> {
            reporting = false;
            reportedAt = started;
            if (reportAgain) {
                reportAgain = false;
                report();
            }
        }), fault -> loop.execute(() -> {
            reporting = false;
            reportAgain = false;
        }));
    }

    private GatewayStatus.Builder status() {
        // The sequence first: what is in flight is then at least as new.
        long sequence = table.sequence();
        GatewayStatus.Builder status = GatewayStatus.newBuilder().setGateway(config.name()).setIncarnation(incarnation)
                .setEpoch(table.epoch()).setSequence(sequence).setStatusSequence(++statusSequence);
        for (Map.Entry<String, Backend.Drain> entry : table.drains(now()).entrySet()) {
            Backend.Drain drain = entry.getValue();
            status.addDrains(ContainerDrain.newBuilder().setId(entry.getKey())
                    .setInFlightAtCutover(drain.inFlightAtCutover()).setInFlight(drain.inFlight())
                    .setFinished(drain.finished()).setAbandoned(drain.abandoned()).setCut(drain.cut())
                    .setDropped(drain.dropped())
                    .setDrainMillis(drain.millis()));
        }
        return status;
    }

    private long now() {
        return clocks.millis().getAsLong();
    }
}
