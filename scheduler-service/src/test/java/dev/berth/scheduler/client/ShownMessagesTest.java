package dev.berth.scheduler.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.berth.protocol.v1.DriverKind;
import dev.berth.protocol.v1.Node;
import dev.berth.scheduler.cluster.NodeView;
import dev.berth.scheduler.fleet.Driver;
import dev.berth.scheduler.fleet.NodeState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShownMessagesTest {
    @Test
    void nodeIsShownWithWhatItHas() {
        Node node = ShownMessages.of(
                        new NodeView(
                                "n1",
                                NodeState.LOST,
                                4,
                                3,
                                2,
                                1,
                                Instant.ofEpochMilli(5),
                                List.of("disk full"),
                                List.of(
                                        new Driver(Driver.Kind.PROCESS, ""),
                                        new Driver(Driver.Kind.ENGINE, "Podman 5.4.2")),
                                List.of(),
                                Map.of(),
                                List.of()),
                        1,
                        1)
                .getNode();
        assertThat(node.getConditionsList()).containsExactly("disk full");
        assertThat(node.getDriversList())
                .extracting(dev.berth.protocol.v1.Driver::getKind, dev.berth.protocol.v1.Driver::getVersion)
                .containsExactly(tuple(DriverKind.DRIVER_PROCESS, ""), tuple(DriverKind.DRIVER_ENGINE, "Podman 5.4.2"));
    }
}
