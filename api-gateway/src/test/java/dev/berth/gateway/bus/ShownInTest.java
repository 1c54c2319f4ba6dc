package dev.berth.gateway.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.chassis.bus.BusMessage;
import dev.berth.chassis.bus.BusReader;
import dev.berth.gateway.status.AppName;
import dev.berth.gateway.status.AppStatus;
import dev.berth.gateway.status.Change;
import dev.berth.gateway.status.ContainerStatus;
import dev.berth.gateway.status.Shown;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.AppStatus.Builder;
import dev.berth.protocol.v1.Container;
import dev.berth.protocol.v1.Node;
import dev.berth.protocol.v1.Rollout;
import dev.berth.protocol.v1.ShownApp;
import dev.berth.protocol.v1.ShownNode;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

class ShownInTest {
    private static final AppName SHOP = new AppName("main", "shop");
    private final BusReader reader = new BusReader(Logger.getLogger(ShownInTest.class));
    private final Shown shown = new Shown(0);

    private Set<Change> hear(BusMessage message) {
        return reader.read(message, ShownIn::word)
                .map(word -> word.apply(shown))
                .orElse(Set.of());
    }

    private static ShownApp.Builder app(long sequence) {
        return ShownApp.newBuilder().setEpoch(3).setSequence(sequence).setStatus(status(2));
    }

    private static Builder status(int live) {
        return dev.berth.protocol.v1.AppStatus.newBuilder()
                .setEnvironment("main")
                .setApp("shop")
                .setLiveVersion(live);
    }

    private static BusMessage message(ShownApp.Builder app) {
        return BusMessage.of(Subjects.shownApp("main", "shop"), app.build());
    }

    private static ShownNode.Builder node(String id) {
        return ShownNode.newBuilder()
                .setEpoch(3)
                .setSequence(1)
                .setNode(Node.newBuilder().setName("node-1"))
                .addContainers(
                        Container.newBuilder().setId(id).setEnvironment("main").setApp("shop"));
    }

    private static BusMessage message(ShownNode.Builder node) {
        return BusMessage.of(Subjects.shownNode("node-1"), node.build());
    }

    @Test
    void whatIsShownIsTakenInUntilItIsGone() {
        assertThat(hear(message(app(1)))).containsExactly(new Change.OfApp(SHOP));
        assertThat(shown.app(SHOP)).get().returns(2, AppStatus::live);
        assertThat(hear(message(app(1)))).as("what is known already").isEmpty();
        assertThat(hear(message(node("c-1"))))
                .containsExactlyInAnyOrder(new Change.OfNode("node-1"), new Change.OfApp(SHOP));
        assertThat(hear(message(node("c-1").setSequence(2))))
                .as("the same containers")
                .containsExactly(new Change.OfNode("node-1"));
        assertThat(shown.containers(SHOP)).extracting(ContainerStatus::id).containsExactly("c-1");
        hear(message(app(2).setGone(true)));
        assertThat(shown.app(SHOP)).isEmpty();
    }

    @Test
    void whatSpeaksOfAnotherOrCannotBeUnderstoodIsLeftOut() {
        hear(message(app(1)));
        hear(message(app(9).setStatus(status(7).setApp("other"))));
        hear(message(app(9).setStatus(status(7).setEnvironment("other"))));
        hear(message(app(9).setEpoch(0).setStatus(status(7))));
        hear(message(app(9).addRollouts(Rollout.newBuilder().setOutcomeValue(99))));
        hear(new BusMessage(Subjects.shownApp("main", "shop"), "no message".getBytes(StandardCharsets.UTF_8)));
        assertThat(shown.app(SHOP)).get().returns(2, AppStatus::live);
        hear(message(node("")));
        hear(message(node("c-1").setNode(Node.newBuilder().setName("node-2"))));
        hear(message(node("c-1").setNode(Node.newBuilder().setName("node-1").setStateValue(99))));
        hear(message(
                node("c-1").addContainers(Container.newBuilder().setId("c-2").setStateValue(99))));
        assertThat(shown.nodes()).isEmpty();
    }
}
