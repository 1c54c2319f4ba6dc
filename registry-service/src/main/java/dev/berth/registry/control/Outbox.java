package dev.berth.registry.control;

import dev.berth.registry.client.AppEvents;
import dev.berth.registry.store.AppStore;
import dev.berth.registry.store.OutboxStore;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Sends committed events, oldest first, and removes what the bus has stored. A send that is repeated after a crash is
 * harmless: events only name what to read. Woken after each commit; the timer catches what a crash left.
 */
@ApplicationScoped
public class Outbox {
    private static final Logger LOG = Logger.getLogger(Outbox.class);

    private final OutboxStore store;
    private final AppStore apps;
    private final AppEvents events;
    private final Vertx vertx;
    private final RegistryMeters meters;
    private boolean running;
    private boolean again;

    Outbox(OutboxStore store, AppStore apps, AppEvents events, Vertx vertx, RegistryMeters meters) {
        this.store = store;
        this.apps = apps;
        this.events = events;
        this.vertx = vertx;
        this.meters = meters;
    }

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void tick() {
        wake();
    }

    @Scheduled(every = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> collect() {
        return apps.collect(Instant.now())
                .invoke(gone -> {
                    if (gone > 0) {
                        LOG.infof("collected %d stopped apps", gone);
                        wake();
                    }
                })
                .onFailure()
                .invoke(fault -> LOG.warnf("could not collect stopped apps: %s", fault.getMessage()))
                .onFailure()
                .recoverWithItem(0)
                .replaceWithVoid();
    }

    void wake() {
        synchronized (this) {
            if (running) {
                again = true;
                return;
            }
            running = true;
        }
        OwnContext.run(vertx, this::pump);
    }

    private void pump() {
        store.oldest().chain(this::send).subscribe().with(sent -> finish(sent >= 100), fault -> {
            LOG.debugf("events wait: %s", fault.getMessage());
            finish(false);
        });
    }

    private Uni<Integer> send(List<OutboxStore.Entry> entries) {
        meters.waits(!entries.isEmpty(), System.nanoTime());
        if (entries.isEmpty()) {
            return Uni.createFrom().item(0);
        }
        return Multi.createFrom()
                .iterable(entries)
                .onItem()
                .transformToUniAndConcatenate(entry -> events.send(entry.change()))
                .collect()
                .asList()
                .ifNoItem()
                .after(Duration.ofSeconds(5))
                .fail()
                .chain(() ->
                        store.remove(entries.stream().map(OutboxStore.Entry::id).toList()))
                .invoke(() -> meters.waits(false, System.nanoTime()))
                .replaceWith(entries.size());
    }

    private void finish(boolean more) {
        boolean go;
        synchronized (this) {
            go = more || again;
            again = false;
            running = go;
        }
        if (go) {
            OwnContext.run(vertx, this::pump);
        }
    }
}
