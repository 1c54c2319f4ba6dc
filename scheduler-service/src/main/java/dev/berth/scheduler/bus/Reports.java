package dev.berth.scheduler.bus;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.protocol.bus.BusConnected;
import dev.berth.protocol.bus.BusMessage;
import dev.berth.protocol.v1.AppEvent;
import dev.berth.protocol.v1.ContainerDrain;
import dev.berth.protocol.v1.GatewayStatus;
import dev.berth.protocol.v1.NodeObserved;
import dev.berth.protocol.v1.ObservedContainer;
import dev.berth.protocol.v1.RouteTable;
import dev.berth.scheduler.control.Leader;
import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.Ending;
import dev.berth.scheduler.fleet.GatewayReport;
import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.Sighting;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.stream.Collectors;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** What agents, gateways, the registry and this scheduler itself say, handed to the leader. */
@ApplicationScoped
public class Reports {
    private final Leader leader;

    Reports(Leader leader) {
        this.leader = leader;
    }

    void connected(@Observes BusConnected event) {
        leader.busConnected();
    }

    /** What the leader itself said: it comes back while the bus lives. */
    @Incoming("head")
    void head(BusMessage message) throws InvalidProtocolBufferException {
        leader.heardHead(RouteTable.parseFrom(message.body()).getEpoch());
    }

    @Incoming("app-events")
    void app(BusMessage message) throws InvalidProtocolBufferException {
        AppEvent event = AppEvent.parseFrom(message.body());
        leader.appChanged(new AppName(event.getEnvironment(), event.getApp()));
    }

    @Incoming("observed")
    void observed(BusMessage message) throws InvalidProtocolBufferException {
        NodeObserved observed = NodeObserved.parseFrom(message.body());
        NodeReport report = new NodeReport(observed.getNode(), observed.getIncarnation(), observed.getSequence(),
                observed.getEpoch(), observed.getGeneration(), observed.getHost(), observed.getCpuMillis(),
                observed.getMemoryBytes(),
                observed.getContainersList().stream().map(Reports::observed).toList());
        leader.tell((cluster, now) -> cluster.node(report, now));
    }

    private static NodeReport.Observed observed(ObservedContainer container) {
        Sighting sighting = switch (container.getPhase()) {
            case PHASE_PREPARING, PHASE_STARTING, UNRECOGNIZED -> new Sighting.Starting(container.getReason());
            case PHASE_READY -> new Sighting.Ready(new Address(container.getHost(), container.getPort()));
            case PHASE_STOPPING -> new Sighting.Stopping();
            case PHASE_STOPPED -> new Sighting.Gone(new Ending.Stopped(container.getReason()));
            case PHASE_FAILED -> new Sighting.Gone(container.getTimedOut()
                    ? new Ending.TimedOut(container.getReason())
                    : new Ending.Crashed(container.getReason()));
        };
        return new NodeReport.Observed(container.getId(), new AppName(container.getEnvironment(), container.getApp()),
                container.getVersion(), container.getFunction(), sighting);
    }

    @Incoming("gateway-status")
    void gateway(BusMessage message) throws InvalidProtocolBufferException {
        GatewayStatus status = GatewayStatus.parseFrom(message.body());
        GatewayReport report = new GatewayReport(status.getGateway(), status.getIncarnation(),
                status.getStatusSequence(), status.getEpoch(), status.getSequence(),
                status.getDrainsList().stream().collect(Collectors.toMap(ContainerDrain::getId, Reports::drain)),
                status.getEnded());
        leader.tell((cluster, now) -> cluster.gateway(report, now));
    }

    private static GatewayReport.Drain drain(ContainerDrain drain) {
        return new GatewayReport.Drain(drain.getInFlightAtCutover(), drain.getInFlight(), drain.getFinished(),
                drain.getAbandoned(), drain.getCut(), drain.getDropped(), drain.getDrainMillis());
    }
}
