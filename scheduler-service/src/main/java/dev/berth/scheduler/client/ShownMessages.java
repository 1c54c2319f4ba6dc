package dev.berth.scheduler.client;

import dev.berth.protocol.v1.AppStatus;
import dev.berth.protocol.v1.Container;
import dev.berth.protocol.v1.ContainerState;
import dev.berth.protocol.v1.DriverKind;
import dev.berth.protocol.v1.Node;
import dev.berth.protocol.v1.NodeState;
import dev.berth.protocol.v1.Outcome;
import dev.berth.protocol.v1.Receipt;
import dev.berth.protocol.v1.Rollout;
import dev.berth.protocol.v1.ShownApp;
import dev.berth.protocol.v1.ShownNode;
import dev.berth.scheduler.cluster.AppView;
import dev.berth.scheduler.cluster.NodeView;
import dev.berth.scheduler.cluster.Stranger;
import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.Driver;
import dev.berth.scheduler.fleet.Ending;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.Seen;
import dev.berth.scheduler.rollout.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** What people see, as messages. */
public final class ShownMessages {
    private ShownMessages() {}

    static ShownApp of(AppView app, long epoch, long sequence) {
        return ShownApp.newBuilder()
                .setEpoch(epoch)
                .setSequence(sequence)
                .setStatus(status(app))
                .addAllRollouts(app.rollouts().values().stream()
                        .map(rollout -> rollout(
                                app.id(),
                                rollout,
                                app.progressOf(rollout.version()),
                                app.pins().of(rollout.version())))
                        .toList())
                .build();
    }

    static ShownApp gone(AppName app, long epoch, long sequence) {
        return ShownApp.newBuilder()
                .setEpoch(epoch)
                .setSequence(sequence)
                .setStatus(
                        AppStatus.newBuilder().setEnvironment(app.environment()).setApp(app.app()))
                .setGone(true)
                .build();
    }

    static ShownNode of(NodeView node, long epoch, long sequence) {
        return ShownNode.newBuilder()
                .setEpoch(epoch)
                .setSequence(sequence)
                .setNode(node(node))
                .addAllContainers(node.containers().stream()
                        .map(container -> container(container, node.images().getOrDefault(container.id(), "")))
                        .toList())
                .addAllContainers(
                        node.strangers().stream().map(ShownMessages::container).toList())
                .build();
    }

    private static AppStatus status(AppView app) {
        return AppStatus.newBuilder()
                .setEnvironment(app.id().environment())
                .setApp(app.id().app())
                .setLiveVersion(app.live())
                .setRollingVersion(app.rolling())
                .addAllReasons(app.reasons())
                .setLife(app.id().life())
                .setBegunVersion(app.newest())
                .build();
    }

    private static Container container(dev.berth.scheduler.fleet.Container container, String image) {
        return Container.newBuilder()
                .setId(container.id())
                .setEnvironment(container.app().environment())
                .setApp(container.app().app())
                .setVersion(container.version())
                .setFunction(container.function())
                .setNode(container.node())
                .setState(state(container))
                .setReason(container.reason())
                .setStartedAt(container.orderedAt().toEpochMilli())
                .setLife(container.app().life())
                .setAddress(container.address().map(Address::toString).orElse(""))
                .setImage(image)
                .build();
    }

    private static ContainerState state(dev.berth.scheduler.fleet.Container container) {
        return switch (container.seen()) {
            case Seen.Ordered ordered -> ContainerState.PENDING;
            case Seen.Starting starting -> ContainerState.STARTING;
            case Seen.Ready ready ->
                switch (container.goal()) {
                    case Goal.Run run -> ContainerState.READY;
                    case Goal.Drain drain -> ContainerState.DRAINING;
                    case Goal.Fetch fetch -> ContainerState.STARTING;
                    case Goal.Stop stop -> ContainerState.STOPPING;
                };
            case Seen.Stopping stopping -> ContainerState.STOPPING;
            case Seen.Gone gone ->
                switch (gone.ending()) {
                    case Ending.Stopped stopped -> ContainerState.STOPPED;
                    case Ending.Crashed crashed -> ContainerState.FAILED;
                    case Ending.Hopeless refused -> ContainerState.FAILED;
                    case Ending.TimedOut late -> ContainerState.FAILED;
                };
        };
    }

    private static Container container(Stranger stranger) {
        return Container.newBuilder()
                .setId(stranger.id())
                .setEnvironment(stranger.app().environment())
                .setApp(stranger.app().app())
                .setVersion(stranger.version())
                .setFunction(stranger.function())
                .setNode(stranger.node())
                .setState(ContainerState.READY)
                .setAddress(stranger.at().toString())
                .setReason(
                        "the database does not know this container: it was restored from a backup, or is another one; "
                                + "unless it is mended, the container ends at " + stranger.until())
                .build();
    }

    private static Node node(NodeView node) {
        return Node.newBuilder()
                .setName(node.name())
                .setState(
                        switch (node.state()) {
                            case READY -> NodeState.NODE_READY;
                            case LOST -> NodeState.NODE_LOST;
                        })
                .setCpuMillis(node.cpuMillis())
                .setMemoryBytes(node.memoryBytes())
                .setCpuMillisFree(node.cpuMillisFree())
                .setMemoryBytesFree(node.memoryBytesFree())
                .setContainers(node.containers().size())
                .setSeenAt(node.seenAt().toEpochMilli())
                .addAllConditions(node.conditions())
                .addAllDrivers(
                        node.drivers().stream().map(ShownMessages::driver).toList())
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

    /**
     * @param progress in one line; may be empty
     * @param images what the names of the version's images mean, as far as it is known
     */
    public static Rollout rollout(
            AppId app, dev.berth.scheduler.rollout.Rollout rollout, String progress, Map<String, String> images) {
        return Rollout.newBuilder()
                .setEnvironment(app.environment())
                .setApp(app.app())
                .setVersion(rollout.version())
                .setLife(app.life())
                .setOutcome(
                        switch (rollout.step()) {
                            case Step.Starting starting -> Outcome.ROLLOUT_ROLLING;
                            case Step.CuttingOver cuttingOver -> Outcome.ROLLOUT_ROLLING;
                            case Step.Live live -> Outcome.ROLLOUT_LIVE;
                            case Step.Superseded superseded -> Outcome.ROLLOUT_SUPERSEDED;
                            case Step.Failed failed -> Outcome.ROLLOUT_FAILED;
                            case Step.Cancelled cancelled -> Outcome.ROLLOUT_CANCELLED;
                        })
                .setReason(rollout.reason())
                .setReceipt(receipt(rollout))
                .setProgress(progress)
                .putAllImages(images)
                .setStartedAt(rollout.startedAt().toEpochMilli())
                .setLiveAt(rollout.liveSince().map(Instant::toEpochMilli).orElse(0L))
                .build();
    }

    private static Receipt receipt(dev.berth.scheduler.rollout.Rollout rollout) {
        dev.berth.scheduler.rollout.Receipt receipt = rollout.receipt();
        Receipt.Builder numbers = Receipt.newBuilder()
                .setInFlightAtCutover(receipt.inFlightAtCutover())
                .setFinished(receipt.finished())
                .setCutAtDeadline(receipt.cutAtDeadline())
                .setDropped(receipt.dropped())
                .setAbandoned(receipt.abandoned())
                .setTakenBack(receipt.takenBack())
                .setUnaccounted(receipt.unaccounted())
                .setLongestDrainMillis(receipt.longestDrainMillis())
                .setComplete(receipt.complete());
        rollout.cutAt().ifPresent(cut -> {
            numbers.setStartMillis(Duration.between(rollout.startedAt(), cut).toMillis());
            rollout.liveSince()
                    .ifPresent(live ->
                            numbers.setCutoverMillis(Duration.between(cut, live).toMillis()));
        });
        return numbers.build();
    }
}
