package dev.berth.gateway.client;

import dev.berth.chassis.bus.BusMessage;
import dev.berth.gateway.traffic.Backend;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.ContainerDrain;
import dev.berth.protocol.v1.GatewayStatus;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
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

    /**
     * One report.
     *
     * @param incarnation of this start; a later start's is greater
     * @param epoch and sequence of the newest routes that are applied
     * @param number counts up within an incarnation
     * @param drains by container
     * @param ended nothing waits for this gateway any more
     */
    public record Report(
            String gateway,
            String incarnation,
            long epoch,
            long sequence,
            long number,
            Map<String, Backend.Drain> drains,
            boolean ended) {
        private GatewayStatus message() {
            GatewayStatus.Builder status = GatewayStatus.newBuilder()
                    .setGateway(gateway)
                    .setIncarnation(incarnation)
                    .setEpoch(epoch)
                    .setSequence(sequence)
                    .setStatusSequence(number)
                    .setEnded(ended);
            drains.forEach((id, drain) -> status.addDrains(ContainerDrain.newBuilder()
                    .setId(id)
                    .setInFlightAtCutover(drain.inFlightAtCutover())
                    .setInFlight(drain.inFlight())
                    .setFinished(drain.finished())
                    .setAbandoned(drain.abandoned())
                    .setCut(drain.cut())
                    .setDropped(drain.dropped())
                    .setDrainMillis(drain.millis())));
            return status.build();
        }
    }

    /** Completes when the bus has stored it. */
    public Uni<Void> send(Report report) {
        return emitter.send(BusMessage.of(Subjects.gateway(report.gateway()), report.message()));
    }
}
