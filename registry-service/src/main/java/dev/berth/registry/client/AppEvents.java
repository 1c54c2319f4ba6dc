package dev.berth.registry.client;

import dev.berth.chassis.bus.BusMessage;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.AppEvent;
import dev.berth.registry.app.AppChange;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Tells that an app has changed. */
@ApplicationScoped
public class AppEvents {
    private final MutinyEmitter<BusMessage> emitter;

    AppEvents(
            @Channel("app-events") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<BusMessage> emitter) {
        this.emitter = emitter;
    }

    /** Completes when the bus has stored the event. */
    public Uni<Void> send(AppChange change) {
        AppEvent event = AppEvent.newBuilder()
                .setEnvironment(change.app().environment())
                .setApp(change.app().app())
                .setNewestVersion(change.newest())
                .setLife(change.life())
                .setRevision(change.revision())
                .build();
        return emitter.send(BusMessage.of(Subjects.app(event.getEnvironment(), event.getApp()), event));
    }
}
