package dev.berth.agent.client;

import dev.berth.agent.container.Address;
import dev.berth.agent.container.ContainerState;
import dev.berth.agent.container.Driver;
import dev.berth.agent.container.NodeCondition;
import dev.berth.agent.container.NodeReport;
import dev.berth.agent.container.Output;
import dev.berth.agent.container.Sighting;
import dev.berth.protocol.v1.DriverKind;
import dev.berth.protocol.v1.LogLine;
import dev.berth.protocol.v1.LogLines;
import dev.berth.protocol.v1.NodeConditionKind;
import dev.berth.protocol.v1.NodeObserved;
import dev.berth.protocol.v1.ObservedContainer;
import dev.berth.protocol.v1.Phase;

/** What the agent says, as messages. */
public final class Reports {
    private Reports() {}

    public static NodeObserved message(NodeReport report) {
        NodeObserved.Builder message = NodeObserved.newBuilder()
                .setNode(report.node())
                .setIncarnation(report.incarnation())
                .setEpoch(report.epoch())
                .setGeneration(report.generation())
                .setCpuMillis(report.capacity().cpuMillis())
                .setMemoryBytes(report.capacity().memoryBytes())
                .setSequence(report.sequence())
                .setHost(report.host())
                .addAllImages(report.images());
        report.conditions().forEach(each -> message.addConditions(condition(each)));
        report.drivers().forEach(each -> message.addDrivers(driver(each)));
        if (report.drivers().isEmpty()) {
            // None at all would be an older agent's report.
            message.addDrivers(dev.berth.protocol.v1.Driver.newBuilder().setKind(DriverKind.DRIVER_NONE));
        }
        report.containers().forEach(each -> message.addContainers(container(each, report.host())));
        return message.build();
    }

    private static dev.berth.protocol.v1.NodeCondition condition(NodeCondition condition) {
        return dev.berth.protocol.v1.NodeCondition.newBuilder()
                .setKind(
                        switch (condition.kind()) {
                            case DISK -> NodeConditionKind.CONDITION_DISK;
                            case ENGINE -> NodeConditionKind.CONDITION_ENGINE;
                            case ENGINE_DISK -> NodeConditionKind.CONDITION_ENGINE_DISK;
                        })
                .setReason(condition.reason())
                .build();
    }

    private static dev.berth.protocol.v1.Driver driver(Driver driver) {
        return dev.berth.protocol.v1.Driver.newBuilder()
                .setKind(
                        switch (driver.kind()) {
                            case PROCESS -> DriverKind.DRIVER_PROCESS;
                            case ENGINE -> DriverKind.DRIVER_ENGINE;
                        })
                .setVersion(driver.version())
                .build();
    }

    private static ObservedContainer container(Sighting sighting, String host) {
        Address address = sighting.state().address();
        return ObservedContainer.newBuilder()
                .setId(sighting.ref().id())
                .setEnvironment(sighting.ref().environment())
                .setApp(sighting.ref().app())
                .setVersion(sighting.ref().version())
                .setFunction(sighting.ref().function())
                .setHost(address.equals(Address.NONE) ? host : address.host())
                .setPort(address.port())
                .setStartedAt(sighting.startedAt().toEpochMilli())
                .setPhase(phase(sighting.state()))
                .setReason(sighting.reason())
                .setTimedOut(ended(sighting, ContainerState.Ended.How.TIMED_OUT))
                .setHopeless(ended(sighting, ContainerState.Ended.How.HOPELESS))
                .setImage(sighting.image().orElse(""))
                .build();
    }

    private static boolean ended(Sighting sighting, ContainerState.Ended.How how) {
        return sighting.state() instanceof ContainerState.Ended ended && ended.how() == how;
    }

    private static Phase phase(ContainerState state) {
        return switch (state) {
            case ContainerState.Preparing preparing -> Phase.PHASE_PREPARING;
            case ContainerState.Starting starting -> Phase.PHASE_STARTING;
            case ContainerState.Ready ready -> Phase.PHASE_READY;
            case ContainerState.Stopping stopping -> Phase.PHASE_STOPPING;
            case ContainerState.Ended ended -> ended.failed() ? Phase.PHASE_FAILED : Phase.PHASE_STOPPED;
        };
    }

    public static LogLines message(Output output) {
        LogLines.Builder message = LogLines.newBuilder()
                .setEnvironment(output.ref().environment())
                .setApp(output.ref().app())
                .setVersion(output.ref().version())
                .setFunction(output.ref().function())
                .setContainer(output.ref().id());
        long time = output.time().toEpochMilli();
        output.lines()
                .forEach(line ->
                        message.addLines(LogLine.newBuilder().setTime(time).setText(line)));
        return message.build();
    }
}
