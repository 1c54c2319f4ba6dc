package dev.berth.agent.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerReconciler;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.Order;
import dev.berth.agent.container.Wanted;
import dev.berth.protocol.v1.DesiredContainer;
import dev.berth.protocol.v1.Goal;
import dev.berth.protocol.v1.NodeDesired;
import org.junit.jupiter.api.Test;

class IncomingTest {
    private static Wanted read(DesiredContainer.Builder container) {
        Order order = Incoming.order("local-1", NodeDesired.newBuilder().setNode("local-1").setEpoch(3)
                .setGeneration(7).addContainers(container).build().toByteArray()).orElseThrow();
        assertThat(order.epoch()).isEqualTo(3);
        assertThat(order.generation()).isEqualTo(7);
        return order.containers().getFirst();
    }

    private static DesiredContainer.Builder container() {
        return DesiredContainer.newBuilder().setId("c-1").setEnvironment("main").setApp("app").setVersion(2);
    }

    @Test
    void orderNamesTheSpecByItsDigest() {
        Wanted wanted = read(container().setSpecDigest("abc").setPort(8000).setGoal(Goal.DRAIN)
                .setFunction("web"));
        assertThat(wanted).isEqualTo(new Wanted(new ContainerRef("c-1", "main", "app", 2, "web"),
                new Wanted.What.Named("abc"), 8000, ContainerReconciler.Goal.RUN));
    }

    @Test
    void orderWithoutADigestIsToKeepWhatIsHere() {
        assertThat(read(container().setGoal(Goal.STOP)).what()).isEqualTo(new Wanted.What.Kept());
        assertThat(read(container().setGoal(Goal.STOP)).goal()).isEqualTo(ContainerReconciler.Goal.STOP);
    }

    @Test
    void whatIsNoOrderOfThisNodeIsIgnored() {
        byte[] others = NodeDesired.newBuilder().setNode("local-2").setEpoch(3).build().toByteArray();
        assertThat(Incoming.order("local-1", others)).isEmpty();
        assertThat(Incoming.order("local-1", new byte[0])).isEmpty();
        assertThat(Incoming.order("local-1", "{\"stream\":\"BERTH_LOGS\", \"seq\":1}".getBytes(UTF_8))).isEmpty();
    }
}
