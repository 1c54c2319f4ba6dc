package dev.berth.gateway.bus;

import dev.berth.chassis.bus.BusMessage;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.GatewayStatus;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** What this gateway tells the scheduler. */
@ApplicationScoped
public class StatusOut {
    private final MutinyEmitter<BusMessage> emitter;

    StatusOut(
            @Channel("gateway-status") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
                    MutinyEmitter<BusMessage> emitter) {
        this.emitter = emitter;
    }

    /** Completes when the bus has stored it. */
    public Uni<Void> send(GatewayStatus status) {
        return emitter.send(BusMessage.of(Subjects.gateway(status.getGateway()), status));
    }
}
