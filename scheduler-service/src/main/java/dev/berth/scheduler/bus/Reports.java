package dev.berth.scheduler.bus;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.protocol.bus.BusConnected;
import dev.berth.protocol.bus.BusMessage;
import dev.berth.protocol.v1.AppEvent;
import dev.berth.protocol.v1.ContainerDrain;
import dev.berth.protocol.v1.GatewayStatus;
import dev.berth.protocol.v1.NodeObserved;
import dev.berth.protocol.v1.ObservedContainer;
import dev.berth.scheduler.control.Leader;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.GatewayReport;
import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.Phase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.stream.Collectors;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** What agents, gateways and the registry say, handed to the leader. */
@ApplicationScoped
public class Reports {
    private final Leader leader;

    Reports(Leader leader) {
        this.leader = leader;
    }

    void connected(@Observes BusConnected event) {
        leader.busConnected();
    }

    @Incoming("app-events")
    void app(BusMessage message) throws InvalidProtocolBufferException {
        AppEvent event = AppEvent.parseFrom(message.body());
        leader.appChanged(new AppId(event.getEnvironment(), event.getApp()));
    }

    @Incoming("observed")
    void observed(BusMessage message) throws InvalidProtocolBufferException {
        NodeObserved observed = NodeObserved.parseFrom(message.body());
        NodeReport report = new NodeReport(observed.getNode(), observed.getIncarnation(), observed.getSequence(),
                observed.getEpoch(), observed.getGeneration(), observed.getCpuMillis(), observed.getMemoryBytes(),
                observed.getContainersList().stream().map(Reports::seen).toList());
        leader.tell((conductor, now) -> conductor.node(report, now));
    }

    private static NodeReport.Seen seen(ObservedContainer container) {
        Phase phase = switch (container.getPhase()) {
            case PHASE_PREPARING, PHASE_STARTING, UNRECOGNIZED -> Phase.STARTING;
            case PHASE_READY -> Phase.READY;
            case PHASE_STOPPING -> Phase.STOPPING;
            case PHASE_STOPPED -> Phase.STOPPED;
            case PHASE_FAILED -> Phase.FAILED;
        };
        return new NodeReport.Seen(container.getId(), phase, container.getReason(), container.getHost(),
                container.getPort(), container.getTimedOut());
    }

    @Incoming("gateway-status")
    void gateway(BusMessage message) throws InvalidProtocolBufferException {
        GatewayStatus status = GatewayStatus.parseFrom(message.body());
        GatewayReport report = new GatewayReport(status.getGateway(), status.getIncarnation(),
                status.getStatusSequence(),
                status.getEpoch(), status.getSequence(),
                status.getDrainsList().stream().collect(Collectors.toMap(ContainerDrain::getId, Reports::drain)));
        leader.tell((conductor, now) -> conductor.gateway(report, now));
    }

    private static GatewayReport.Drain drain(ContainerDrain drain) {
        return new GatewayReport.Drain(drain.getInFlightAtCutover(), drain.getInFlight(), drain.getFinished(),
                drain.getAbandoned(), drain.getCut(), drain.getDropped(), drain.getDrainMillis());
    }
}
