package dev.berth.gateway.api;

import dev.berth.gateway.status.AppStatus;
import dev.berth.gateway.status.ContainerStatus;
import dev.berth.gateway.status.NodeStatus;
import dev.berth.gateway.status.Receipt;
import dev.berth.gateway.status.Rollout;
import dev.berth.protocol.v1.Container;
import dev.berth.protocol.v1.ContainerState;
import dev.berth.protocol.v1.Driver;
import dev.berth.protocol.v1.DriverKind;
import dev.berth.protocol.v1.Node;
import dev.berth.protocol.v1.NodeState;
import dev.berth.protocol.v1.Outcome;
import java.time.Instant;

/** What the gRPC API answers of how things are. */
final class StatusMessages {
    private StatusMessages() {}

    static dev.berth.protocol.v1.AppStatus of(AppStatus status) {
        return dev.berth.protocol.v1.AppStatus.newBuilder()
                .setEnvironment(status.app().environment())
                .setApp(status.app().app())
                .setLife(status.life())
                .setLiveVersion(status.live())
                .setRollingVersion(status.rolling())
                .setBegunVersion(status.begun())
                .addAllReasons(status.reasons())
                .build();
    }

    static dev.berth.protocol.v1.Rollout of(Rollout rollout) {
        dev.berth.protocol.v1.Rollout.Builder message = dev.berth.protocol.v1.Rollout.newBuilder()
                .setEnvironment(rollout.version().app().environment())
                .setApp(rollout.version().app().app())
                .setLife(rollout.version().life())
                .setVersion(rollout.version().version())
                .setOutcome(
                        switch (rollout.outcome()) {
                            case ROLLING -> Outcome.ROLLOUT_ROLLING;
                            case LIVE -> Outcome.ROLLOUT_LIVE;
                            case SUPERSEDED -> Outcome.ROLLOUT_SUPERSEDED;
                            case FAILED -> Outcome.ROLLOUT_FAILED;
                            case CANCELLED -> Outcome.ROLLOUT_CANCELLED;
                        })
                .setReason(rollout.reason())
                .setProgress(rollout.progress())
                .setStartedAt(rollout.startedAt().map(Instant::toEpochMilli).orElse(0L))
                .setLiveAt(rollout.liveAt().map(Instant::toEpochMilli).orElse(0L))
                .putAllImages(rollout.images());
        rollout.receipt().ifPresent(receipt -> message.setReceipt(of(receipt)));
        return message.build();
    }

    private static dev.berth.protocol.v1.Receipt of(Receipt receipt) {
        return dev.berth.protocol.v1.Receipt.newBuilder()
                .setInFlightAtCutover(receipt.inFlightAtCutover())
                .setFinished(receipt.finished())
                .setCutAtDeadline(receipt.cutAtDeadline())
                .setDropped(receipt.dropped())
                .setAbandoned(receipt.abandoned())
                .setTakenBack(receipt.takenBack())
                .setUnaccounted(receipt.unaccounted())
                .setLongestDrainMillis(receipt.longestDrainMillis())
                .setComplete(receipt.complete())
                .setStartMillis(receipt.startMillis())
                .setCutoverMillis(receipt.cutoverMillis())
                .build();
    }

    static Container of(ContainerStatus container) {
        return Container.newBuilder()
                .setId(container.id())
                .setEnvironment(container.app().environment())
                .setApp(container.app().app())
                .setLife(container.life())
                .setVersion(container.version())
                .setFunction(container.function())
                .setNode(container.node())
                .setState(
                        switch (container.state()) {
                            case PENDING -> ContainerState.PENDING;
                            case STARTING -> ContainerState.STARTING;
                            case READY -> ContainerState.READY;
                            case DRAINING -> ContainerState.DRAINING;
                            case STOPPING -> ContainerState.STOPPING;
                            case STOPPED -> ContainerState.STOPPED;
                            case FAILED -> ContainerState.FAILED;
                        })
                .setReason(container.reason())
                .setStartedAt(container.startedAt().toEpochMilli())
                .setOutdated(container.outdated())
                .setAddress(container.address())
                .setImage(container.image())
                .build();
    }

    static Node of(NodeStatus node) {
        return Node.newBuilder()
                .setName(node.name())
                .setState(
                        switch (node.state()) {
                            case READY -> NodeState.NODE_READY;
                            case CORDONED -> NodeState.NODE_CORDONED;
                            case DRAINING -> NodeState.NODE_DRAINING;
                            case LOST -> NodeState.NODE_LOST;
                        })
                .setCpuMillis(node.cpuMillis())
                .setMemoryBytes(node.memoryBytes())
                .setCpuMillisFree(node.cpuMillisFree())
                .setMemoryBytesFree(node.memoryBytesFree())
                .setContainers(node.count())
                .setSeenAt(node.seenAt().toEpochMilli())
                .addAllConditions(node.conditions())
                .addAllDrivers(node.drivers().stream().map(StatusMessages::of).toList())
                .build();
    }

    private static Driver of(NodeStatus.Driver driver) {
        return Driver.newBuilder()
                .setKind(
                        switch (driver.kind()) {
                            case PROCESS -> DriverKind.DRIVER_PROCESS;
                            case ENGINE -> DriverKind.DRIVER_ENGINE;
                        })
                .setVersion(driver.version())
                .build();
    }
}
