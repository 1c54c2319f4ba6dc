package dev.berth.gateway.control;

import dev.berth.gateway.client.AllRoutes;
import dev.berth.gateway.client.RouteReader;
import dev.berth.gateway.client.Services;
import dev.berth.gateway.client.StatusOut;
import dev.berth.gateway.routing.RouteSync;
import dev.berth.gateway.routing.RouteTable;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The one thread that changes the routes: what comes is told to {@link RouteSync}, and done what that says. A report says
 * which routes are applied and what is in flight on draining containers, as of the same moment.
 */
@ApplicationScoped
public class Router {
    private static final Logger LOG = Logger.getLogger(Router.class);
    private static final long REPORT_MILLIS = 500;
    private static final long AGAIN_MILLIS = 300;
    private static final Duration REPORT_PATIENCE = Duration.ofMillis(RouteSync.REPORT_PATIENCE_MILLIS);
    /** A bus that answers does so within this. */
    private static final long LAST_WORD_MILLIS = 1_000;

    private final RouteTable table = new RouteTable();
    private final RouteSync sync = new RouteSync(table);
    private final GatewayConfig config;
    private final Services services;
    private final RouteReader reader;
    private final StatusOut out;
    private final Clocks clocks;
    private final String incarnation;
    private final ScheduledExecutorService loop = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("berth-router").factory());
    private long statusSequence;
    private Set<RouteTable.Contest> contests = Set.of();

    Router(GatewayConfig config, Services services, RouteReader reader, StatusOut out, Clocks clocks) {
        this.config = config;
        this.clocks = clocks;
        incarnation = String.format("%015d-%s", clocks.wall().millis(), UUID.randomUUID());
        this.services = services;
        this.reader = reader;
        this.out = out;
    }

    void start(@Observes StartupEvent event) {
        tell(sync::begin);
        loop.scheduleAtFixedRate(() -> act(sync.report(now())), REPORT_MILLIS, REPORT_MILLIS, TimeUnit.MILLISECONDS);
        loop.scheduleAtFixedRate(() -> table.sweep(now()), 1, 1, TimeUnit.MINUTES);
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
        sync.end();
        return out.send(status(true)).subscribeAsCompletionStage();
    }

    public RouteTable table() {
        return table;
    }

    private void tell(Supplier<Set<RouteSync.Act>> what) {
        loop.execute(() -> act(what.get()));
    }

    private void act(Set<RouteSync.Act> acts) {
        for (RouteSync.Act act : acts) {
            switch (act) {
                case READ -> read();
                case REPORT -> report();
            }
        }
    }

    /** One app's routes came. */
    public void apply(RouteTable.Change change) {
        tell(() -> {
            Set<RouteSync.Act> acts = sync.apply(change, now());
            warnOfContests();
            return acts;
        });
    }

    /** What the scheduler that leads says of itself twice a second. */
    public void head(long epoch, long sequence, String leader) {
        services.leads(epoch, leader);
        tell(() -> sync.head(epoch, sequence));
    }

    /** Something may have been missed. */
    public void reload() {
        tell(sync::begin);
    }

    /** The last request on a draining container has ended. */
    public void drained() {
        tell(() -> sync.report(now()));
    }

    private void read() {
        reader.read(config.name(), incarnation).subscribe().with(routes -> tell(() -> take(routes)), fault -> {
            LOG.debugf("all routes could not be read: %s", fault.toString());
            loop.schedule(() -> act(sync.readFailed()), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        });
    }

    private Set<RouteSync.Act> take(AllRoutes routes) {
        LOG.debugf("all routes read at %d", routes.sequence());
        Set<RouteSync.Act> acts =
                sync.load(routes.epoch(), routes.sequence(), routes.apps(), routes.mayBeIncomplete(), now());
        warnOfContests();
        return acts;
    }

    /** The registry lets one app alone have a label; two are a fault that a person has to see. */
    private void warnOfContests() {
        Set<RouteTable.Contest> now = Set.copyOf(table.contests());
        for (RouteTable.Contest contest : now) {
            if (!contests.contains(contest)) {
                LOG.warnf(
                        "%s does not answer under %s, which belongs to %s: give one of them another web.label",
                        contest.denied(), contest.label(), contest.owner());
            }
        }
        contests = now;
    }

    private void report() {
        out.send(status(false))
                .ifNoItem()
                .after(REPORT_PATIENCE)
                .fail()
                .subscribe()
                .with(sent -> tell(() -> sync.reported(now())), fault -> loop.execute(sync::reportFailed));
    }

    private StatusOut.Report status(boolean ended) {
        // The sequence first: what is in flight is then at least as new.
        long sequence = table.sequence();
        return new StatusOut.Report(
                config.name(), incarnation, table.epoch(), sequence, ++statusSequence, table.drains(now()), ended);
    }

    private long now() {
        return clocks.millis();
    }
}
