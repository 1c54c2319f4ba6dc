package dev.berth.agent.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerReconciler;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.KeptPlaces;
import dev.berth.agent.container.Order;
import dev.berth.agent.container.Wanted;
import dev.berth.chassis.bus.BusMessage;
import dev.berth.chassis.bus.BusReader;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.DesiredContainer;
import dev.berth.protocol.v1.Goal;
import dev.berth.protocol.v1.NodeDesired;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

class IncomingTest {
    private final BusReader reader = new BusReader(Logger.getLogger(IncomingTest.class));

    private static BusMessage message(NodeDesired.Builder order) {
        return BusMessage.of(Subjects.desired("local-1"), order.build());
    }

    private static NodeDesired.Builder order(DesiredContainer.Builder... containers) {
        NodeDesired.Builder order =
                NodeDesired.newBuilder().setNode("local-1").setEpoch(3).setGeneration(7);
        for (DesiredContainer.Builder container : containers) {
            order.addContainers(container);
        }
        return order;
    }

    private Wanted read(DesiredContainer.Builder container) {
        Order order = reader.read(message(order(container)), Incoming::order).orElseThrow();
        assertThat(order.epoch()).isEqualTo(3);
        assertThat(order.generation()).isEqualTo(7);
        return order.containers().getFirst();
    }

    private static DesiredContainer.Builder container() {
        return DesiredContainer.newBuilder()
                .setId("c-1")
                .setEnvironment("main")
                .setApp("app")
                .setVersion(2);
    }

    @Test
    void orderNamesTheSpecByItsDigest() {
        Wanted wanted = read(container()
                .setSpecDigest("abc")
                .setPort(8000)
                .setGoal(Goal.DRAIN)
                .setFunction("web"));
        assertThat(wanted)
                .isEqualTo(new Wanted(
                        new ContainerRef("c-1", "main", "app", 2, "web"),
                        new Wanted.What.Named("abc"),
                        Optional.empty(),
                        8000,
                        ContainerReconciler.Goal.RUN));
    }

    @Test
    void orderNamesTheImageByItsDigest() {
        assertThat(read(container().setImage("web@sha256:1")).image()).contains("web@sha256:1");
    }

    @Test
    void orderWithoutADigestIsToKeepWhatIsHere() {
        assertThat(read(container().setGoal(Goal.STOP)).what()).isEqualTo(new Wanted.What.Kept());
        assertThat(read(container().setGoal(Goal.STOP)).goal()).isEqualTo(ContainerReconciler.Goal.STOP);
        assertThat(read(container().setGoal(Goal.STOP).setFetch(true)).goal())
                .isEqualTo(ContainerReconciler.Goal.FETCH);
    }

    @Test
    void orderNamesThePlacesThatNobodyMayBeGiven() {
        BusMessage message = message(order().addKeptPorts(20_001).addKeptHosts("172.30.0.9"));
        assertThat(reader.read(message, Incoming::order).orElseThrow().kept())
                .isEqualTo(new KeptPlaces(Set.of(20_001), Set.of("172.30.0.9")));
    }

    @Test
    void orderNamesTheImagesThatNoAppNeedsAndAnOlderSchedulersNone() {
        BusMessage message = message(order().addUnneededImages(7).addUnneededImages(-1));
        assertThat(reader.read(message, Incoming::order).orElseThrow().unneededImages())
                .containsExactlyInAnyOrder(7L, -1L);
        assertThat(reader.read(message(order()), Incoming::order).orElseThrow().unneededImages())
                .isEmpty();
    }

    @Test
    void whatIsNoOrderOfThisNodeIsLeftOutAndTheNextGoodOneIsTaken() {
        List<BusMessage> bad = List.of(
                message(order().setNode("local-2")),
                message(order().setNode("")),
                message(order().setEpoch(0)),
                message(order(container().setId(""))),
                message(order(container(), container().setId("c-2").setGoalValue(9))),
                new BusMessage(Subjects.desired("local-1"), new byte[0]),
                new BusMessage(Subjects.desired("local-1"), "{\"stream\":\"BERTH_LOGS\", \"seq\":1}".getBytes(UTF_8)));
        for (BusMessage message : bad) {
            assertThat(reader.read(message, Incoming::order)).isEmpty();
            assertThat(reader.read(message(order()), Incoming::order)).isPresent();
        }
    }
}
