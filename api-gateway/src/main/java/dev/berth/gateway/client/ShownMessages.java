package dev.berth.gateway.client;

import dev.berth.gateway.status.AppName;
import dev.berth.gateway.status.AppStatus;
import dev.berth.gateway.status.ContainerStatus;
import dev.berth.gateway.status.NodeStatus;
import dev.berth.gateway.status.Receipt;
import dev.berth.gateway.status.Rollout;
import dev.berth.gateway.status.VersionName;
import dev.berth.protocol.v1.Container;
import dev.berth.protocol.v1.ContainerState;
import dev.berth.protocol.v1.Driver;
import dev.berth.protocol.v1.Node;
import dev.berth.protocol.v1.NodeState;
import dev.berth.protocol.v1.Outcome;
import dev.berth.protocol.v1.ShownApp;
import dev.berth.protocol.v1.ShownNode;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the scheduler shows, and its stored rollouts, as it says them. */
public final class ShownMessages {
    private ShownMessages() {}

    /** @throws IllegalArgumentException where it says something that this gateway does not know */
    public static AppStatus app(ShownApp message) {
        dev.berth.protocol.v1.AppStatus status = message.getStatus();
        Map<Integer, Rollout> rollouts = message.getRolloutsList().stream()
                .map(ShownMessages::rollout)
                .collect(Collectors.toMap(
                        rollout -> rollout.version().version(), Function.identity(), (first, second) -> second));
        return new AppStatus(
                name(message),
                status.getLife(),
                status.getLiveVersion(),
                status.getRollingVersion(),
                status.getBegunVersion(),
                status.getReasonsList(),
                rollouts);
    }

    private static AppName name(ShownApp message) {
        return new AppName(
                message.getStatus().getEnvironment(), message.getStatus().getApp());
    }

    /** @throws IllegalArgumentException where it says something that this gateway does not know */
    public static NodeStatus node(ShownNode message) {
        Node node = message.getNode();
        return new NodeStatus(
                node.getName(),
                state(node.getState()),
                node.getCpuMillis(),
                node.getMemoryBytes(),
                node.getCpuMillisFree(),
                node.getMemoryBytesFree(),
                node.getContainers(),
                Instant.ofEpochMilli(node.getSeenAt()),
                node.getConditionsList(),
                node.getDriversList().stream()
                        .flatMap(driver -> driver(driver).stream())
                        .toList(),
                message.getContainersList().stream()
                        .map(ShownMessages::container)
                        .toList());
    }

    private static Optional<NodeStatus.Driver> driver(Driver driver) {
        return switch (driver.getKind()) {
            case DRIVER_PROCESS ->
                Optional.of(new NodeStatus.Driver(NodeStatus.Driver.Kind.PROCESS, driver.getVersion()));
            case DRIVER_ENGINE ->
                Optional.of(new NodeStatus.Driver(NodeStatus.Driver.Kind.ENGINE, driver.getVersion()));
            case DRIVER_NONE, UNRECOGNIZED -> Optional.empty();
        };
    }

    private static NodeStatus.State state(NodeState state) {
        return switch (state) {
            case NODE_READY -> NodeStatus.State.READY;
            case NODE_CORDONED -> NodeStatus.State.CORDONED;
            case NODE_DRAINING -> NodeStatus.State.DRAINING;
            case NODE_LOST -> NodeStatus.State.LOST;
            case UNRECOGNIZED -> throw new IllegalArgumentException("a state of a node that is not known here");
        };
    }

    private static ContainerStatus container(Container container) {
        return new ContainerStatus(
                container.getId(),
                new AppName(container.getEnvironment(), container.getApp()),
                container.getLife(),
                container.getVersion(),
                container.getFunction(),
                container.getNode(),
                state(container.getState()),
                container.getReason(),
                Instant.ofEpochMilli(container.getStartedAt()),
                container.getAddress(),
                container.getImage(),
                container.getOutdated());
    }

    private static ContainerStatus.State state(ContainerState state) {
        return switch (state) {
            case PENDING -> ContainerStatus.State.PENDING;
            case STARTING -> ContainerStatus.State.STARTING;
            case READY -> ContainerStatus.State.READY;
            case DRAINING -> ContainerStatus.State.DRAINING;
            case STOPPING -> ContainerStatus.State.STOPPING;
            case STOPPED -> ContainerStatus.State.STOPPED;
            case FAILED -> ContainerStatus.State.FAILED;
            case UNRECOGNIZED -> throw new IllegalArgumentException("a state of a container that is not known here");
        };
    }

    static Rollout rollout(dev.berth.protocol.v1.Rollout message) {
        return new Rollout(
                new VersionName(
                        new AppName(message.getEnvironment(), message.getApp()),
                        message.getLife(),
                        message.getVersion()),
                outcome(message.getOutcome()),
                message.getReason(),
                message.hasReceipt() ? Optional.of(receipt(message.getReceipt())) : Optional.empty(),
                message.getProgress(),
                time(message.getStartedAt()),
                time(message.getLiveAt()),
                message.getImagesMap());
    }

    private static Rollout.Outcome outcome(Outcome outcome) {
        return switch (outcome) {
            case ROLLOUT_ROLLING -> Rollout.Outcome.ROLLING;
            case ROLLOUT_LIVE -> Rollout.Outcome.LIVE;
            case ROLLOUT_SUPERSEDED -> Rollout.Outcome.SUPERSEDED;
            case ROLLOUT_FAILED -> Rollout.Outcome.FAILED;
            case ROLLOUT_CANCELLED -> Rollout.Outcome.CANCELLED;
            case UNRECOGNIZED -> throw new IllegalArgumentException("an outcome that is not known here");
        };
    }

    private static Optional<Instant> time(long millis) {
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private static Receipt receipt(dev.berth.protocol.v1.Receipt message) {
        return new Receipt(
                message.getInFlightAtCutover(),
                message.getFinished(),
                message.getCutAtDeadline(),
                message.getDropped(),
                message.getAbandoned(),
                message.getTakenBack(),
                message.getUnaccounted(),
                message.getLongestDrainMillis(),
                message.getComplete(),
                message.getStartMillis(),
                message.getCutoverMillis());
    }
}
