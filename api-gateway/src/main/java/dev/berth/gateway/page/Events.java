package dev.berth.gateway.page;

import dev.berth.gateway.control.Changes;
import dev.berth.gateway.control.Statuses;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Says what changes, so that pages show it: which things, not what of them, as each page loads what it shows itself. */
@Path("/events")
@LoggedIn
public class Events {
    private final Changes changes;
    private final Statuses statuses;
    private final Vertx vertx;
    private final Set<MultiEmitter<? super OutboundSseEvent>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean ends;

    Events(Changes changes, Statuses statuses, Vertx vertx) {
        this.changes = changes;
        this.statuses = statuses;
        this.vertx = vertx;
    }

    /** One event of {@link Topics} a line, as often as {@link News} says. */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Multi<OutboundSseEvent> stream(@Context Sse sse) {
        return Multi.createFrom().emitter(emitter -> {
            open.add(emitter);
            if (ends) {
                emitter.complete();
                return;
            }
            News news = new News(
                    text -> emitter.emit(sse.newEvent(text)),
                    () -> emitter.emit(sse.newEventBuilder().comment("").build()),
                    () -> emitter.requested() > 0,
                    () -> statuses.silentSince().isPresent());
            long timer = vertx.setPeriodic(News.MILLIS, tick -> news.tick());
            changes.listen(news);
            emitter.onTermination(() -> {
                vertx.cancelTimer(timer);
                changes.forget(news);
                open.remove(emitter);
            });
        });
    }

    /** Before the front door closes: it waits for what is under way, and these never end by themselves. */
    void end(@Observes @Priority(0) ShutdownEvent event) {
        ends = true;
        open.forEach(MultiEmitter::complete);
    }
}
