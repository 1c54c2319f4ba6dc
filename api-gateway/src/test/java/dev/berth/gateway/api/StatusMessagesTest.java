package dev.berth.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.client.ShownMessages;
import dev.berth.gateway.status.AppStatus;
import dev.berth.gateway.status.NodeStatus;
import dev.berth.protocol.v1.Container;
import dev.berth.protocol.v1.ContainerState;
import dev.berth.protocol.v1.Driver;
import dev.berth.protocol.v1.DriverKind;
import dev.berth.protocol.v1.Node;
import dev.berth.protocol.v1.NodeState;
import dev.berth.protocol.v1.Outcome;
import dev.berth.protocol.v1.Receipt;
import dev.berth.protocol.v1.Rollout;
import dev.berth.protocol.v1.ShownApp;
import dev.berth.protocol.v1.ShownNode;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the scheduler shows is what gRPC clients are answered: each value in its place. */
class StatusMessagesTest {
    private static Rollout rollout(int version, Outcome outcome) {
        return Rollout.newBuilder()
                .setEnvironment("main")
                .setApp("shop")
                .setLife("life")
                .setVersion(version)
                .setOutcome(outcome)
                .setReason("a reason")
                .setProgress("its progress")
                .setStartedAt(11)
                .setLiveAt(12)
                .setReceipt(Receipt.newBuilder()
                        .setInFlightAtCutover(1)
                        .setFinished(2)
                        .setCutAtDeadline(3)
                        .setDropped(4)
                        .setAbandoned(5)
                        .setTakenBack(6)
                        .setUnaccounted(7)
                        .setLongestDrainMillis(8)
                        .setComplete(true)
                        .setStartMillis(9)
                        .setCutoverMillis(10))
                .build();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
    void app(Outcome outcome) {
        ShownApp message = ShownApp.newBuilder()
                .setStatus(dev.berth.protocol.v1.AppStatus.newBuilder()
                        .setEnvironment("main")
                        .setApp("shop")
                        .setLife("life")
                        .setLiveVersion(1)
                        .setRollingVersion(2)
                        .setBegunVersion(3)
                        .addReasons("first")
                        .addReasons("second"))
                .addRollouts(rollout(4, outcome))
                .addRollouts(Rollout.newBuilder()
                        .setEnvironment("main")
                        .setApp("shop")
                        .setLife("life")
                        .setVersion(5))
                .build();
        AppStatus status = ShownMessages.app(message);
        assertThat(StatusMessages.of(status)).isEqualTo(message.getStatus());
        assertThat(List.of(4, 5))
                .map(version -> StatusMessages.of(status.rollouts().get(version)))
                .isEqualTo(message.getRolloutsList());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
    void container(ContainerState state) {
        Container message = Container.newBuilder()
                .setId("c-1")
                .setEnvironment("main")
                .setApp("shop")
                .setLife("life")
                .setVersion(1)
                .setFunction("web")
                .setNode("node-1")
                .setState(state)
                .setReason("a reason")
                .setStartedAt(2)
                .setOutdated(true)
                .setAddress("host:3")
                .build();
        NodeStatus status =
                ShownMessages.node(ShownNode.newBuilder().addContainers(message).build());
        assertThat(StatusMessages.of(status.containers().getFirst())).isEqualTo(message);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
    void node(NodeState state) {
        Node message = Node.newBuilder()
                .setName("node-1")
                .setState(state)
                .setCpuMillis(1)
                .setMemoryBytes(2)
                .setCpuMillisFree(3)
                .setMemoryBytesFree(4)
                .setContainers(5)
                .setSeenAt(6)
                .addConditions("its disk is full")
                .addDrivers(Driver.newBuilder().setKind(DriverKind.DRIVER_PROCESS))
                .addDrivers(
                        Driver.newBuilder().setKind(DriverKind.DRIVER_ENGINE).setVersion("Docker 20.10.24"))
                .build();
        assertThat(StatusMessages.of(ShownMessages.node(
                        ShownNode.newBuilder().setNode(message).build())))
                .isEqualTo(message);
    }
}
