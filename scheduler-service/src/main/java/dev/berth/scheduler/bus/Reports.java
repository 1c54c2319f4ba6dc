package dev.berth.scheduler.bus;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.chassis.bus.BusConnected;
import dev.berth.chassis.bus.BusMessage;
import dev.berth.chassis.bus.BusReader;
import dev.berth.protocol.v1.AppEvent;
import dev.berth.protocol.v1.ContainerDrain;
import dev.berth.protocol.v1.GatewayStatus;
import dev.berth.protocol.v1.NodeObserved;
import dev.berth.protocol.v1.ObservedContainer;
import dev.berth.protocol.v1.RouteTable;
import dev.berth.scheduler.control.Leader;
import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.Driver;
import dev.berth.scheduler.fleet.Ending;
import dev.berth.scheduler.fleet.GatewayReport;
import dev.berth.scheduler.fleet.NodeCondition;
import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.Sighting;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** What agents, gateways, the registry and this scheduler itself say, handed to the leader. */
@ApplicationScoped
public class Reports {
    /** A name by digest, or an id: what a tag means may change. */
    private static final Pattern IMAGE = Pattern.compile("([!-?A-~]{1,500}@)?[a-z0-9]{1,20}:[0-9a-f]{32,128}");

    private final BusReader reader = new BusReader(Logger.getLogger(Reports.class));
    private final Leader leader;

    Reports(Leader leader) {
        this.leader = leader;
    }

    void connected(@Observes BusConnected event) {
        leader.busConnected();
    }

    /** What the leader itself said: it comes back while the bus lives. */
    @Incoming("head")
    void head(BusMessage message) {
        reader.read(message, head -> RouteTable.parseFrom(head.body()).getEpoch())
                .ifPresent(leader::heardHead);
    }

    @Incoming("app-events")
    void app(BusMessage message) {
        reader.read(message, Reports::changed).ifPresent(leader::appChanged);
    }

    static AppName changed(BusMessage message) throws InvalidProtocolBufferException {
        AppEvent event = AppEvent.parseFrom(message.body());
        message.mustBeOf(event.getEnvironment(), event.getApp());
        return new AppName(event.getEnvironment(), event.getApp());
    }

    @Incoming("observed")
    void observed(BusMessage message) {
        reader.read(message, Reports::node)
                .ifPresent(report -> leader.tell((cluster, now) -> cluster.node(report, now)));
    }

    static NodeReport node(BusMessage message) throws InvalidProtocolBufferException {
        NodeObserved observed = NodeObserved.parseFrom(message.body());
        message.mustBeOf(observed.getNode());
        BusMessage.check(!observed.getIncarnation().isEmpty(), "incarnation");
        return new NodeReport(
                observed.getNode(),
                observed.getIncarnation(),
                observed.getSequence(),
                observed.getEpoch(),
                observed.getGeneration(),
                observed.getHost(),
                observed.getCpuMillis(),
                observed.getMemoryBytes(),
                observed.getConditionsList().stream().map(Reports::condition).toList(),
                drivers(observed.getDriversList()),
                observed.getContainersList().stream().map(Reports::observed).toList(),
                Set.copyOf(observed.getImagesList()));
    }

    private static NodeCondition condition(dev.berth.protocol.v1.NodeCondition condition) {
        return new NodeCondition(
                switch (condition.getKind()) {
                    case CONDITION_DISK -> NodeCondition.Kind.DISK;
                    case CONDITION_ENGINE_DISK -> NodeCondition.Kind.ENGINE_DISK;
                    // A newer agent may know more kinds: its words are shown.
                    case CONDITION_ENGINE, CONDITION_OTHER, UNRECOGNIZED -> NodeCondition.Kind.OTHER;
                },
                condition.getReason());
    }

    private static List<Driver> drivers(List<dev.berth.protocol.v1.Driver> said) {
        return said.isEmpty()
                ? List.of(new Driver(Driver.Kind.PROCESS, ""))
                : said.stream().flatMap(driver -> driver(driver).stream()).toList();
    }

    private static Optional<Driver> driver(dev.berth.protocol.v1.Driver driver) {
        return switch (driver.getKind()) {
            case DRIVER_PROCESS -> Optional.of(new Driver(Driver.Kind.PROCESS, driver.getVersion()));
            case DRIVER_ENGINE -> Optional.of(new Driver(Driver.Kind.ENGINE, driver.getVersion()));
            // What a newer agent may have besides, nothing here can ask for.
            case DRIVER_NONE, UNRECOGNIZED -> Optional.empty();
        };
    }

    private static NodeReport.Observed observed(ObservedContainer container) {
        BusMessage.check(!container.getId().isEmpty(), "container's id");
        Sighting sighting =
                switch (container.getPhase()) {
                    case PHASE_PREPARING, PHASE_STARTING -> new Sighting.Starting(reason(container));
                    case PHASE_READY -> new Sighting.Ready(address(container));
                    case PHASE_STOPPING -> new Sighting.Stopping();
                    case PHASE_STOPPED -> new Sighting.Gone(new Ending.Stopped(reason(container)));
                    case PHASE_FAILED ->
                        new Sighting.Gone(
                                container.getTimedOut()
                                        ? new Ending.TimedOut(reason(container))
                                        : container.getHopeless()
                                                ? new Ending.Hopeless(reason(container))
                                                : new Ending.Crashed(reason(container)));
                    case UNRECOGNIZED ->
                        throw new IllegalArgumentException("the phase " + container.getPhaseValue() + " of "
                                + container.getId() + " is not known here");
                };
        return new NodeReport.Observed(
                container.getId(),
                new AppName(container.getEnvironment(), container.getApp()),
                container.getVersion(),
                container.getFunction(),
                sighting,
                image(container));
    }

    private static Optional<String> image(ObservedContainer container) {
        String image = container.getImage();
        BusMessage.check(image.isEmpty() || IMAGE.matcher(image).matches(), "image of " + container.getId());
        return image.isEmpty() ? Optional.empty() : Optional.of(image);
    }

    /** It has what an app printed last, which may be anything; PostgreSQL can't store a NUL. */
    private static String reason(ObservedContainer container) {
        return container.getReason().replace('\0', '\ufffd');
    }

    private static Address address(ObservedContainer container) {
        BusMessage.check(
                !container.getHost().isEmpty() && container.getPort() > 0 && container.getPort() < 1 << 16,
                "address of " + container.getId());
        return new Address(container.getHost(), container.getPort());
    }

    @Incoming("gateway-status")
    void gateway(BusMessage message) {
        reader.read(message, Reports::status)
                .ifPresent(report -> leader.tell((cluster, now) -> cluster.gateway(report, now)));
    }

    static GatewayReport status(BusMessage message) throws InvalidProtocolBufferException {
        GatewayStatus status = GatewayStatus.parseFrom(message.body());
        message.mustBeOf(status.getGateway());
        BusMessage.check(!status.getIncarnation().isEmpty(), "incarnation");
        return new GatewayReport(
                status.getGateway(),
                status.getIncarnation(),
                status.getStatusSequence(),
                status.getEpoch(),
                status.getSequence(),
                status.getDrainsList().stream().collect(Collectors.toMap(ContainerDrain::getId, Reports::drain)),
                status.getEnded());
    }

    private static GatewayReport.Drain drain(ContainerDrain drain) {
        return new GatewayReport.Drain(
                drain.getInFlightAtCutover(),
                drain.getInFlight(),
                drain.getFinished(),
                drain.getAbandoned(),
                drain.getCut(),
                drain.getDropped(),
                drain.getDrainMillis());
    }
}
