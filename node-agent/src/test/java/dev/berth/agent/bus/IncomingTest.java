package dev.berth.agent.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerReconciler;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.Order;
import dev.berth.agent.container.Wanted;
import dev.berth.agent.store.Specs;
import dev.berth.protocol.v1.DesiredContainer;
import dev.berth.protocol.v1.FunctionSpec;
import dev.berth.protocol.v1.Goal;
import dev.berth.protocol.v1.NodeDesired;
import dev.berth.protocol.v1.WebSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncomingTest {
    @TempDir
    Path state;

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
    void orderThatNamesADigestSaysNothingElseOfTheSpec() {
        Wanted wanted = read(container().setSpecDigest("abc").setPort(8000).setGoal(Goal.DRAIN)
                .setFunction(FunctionSpec.newBuilder().setName("web").addCommand("ignored")));
        assertThat(wanted).isEqualTo(new Wanted(new ContainerRef("c-1", "main", "app", 2, "web"),
                new Wanted.What.Named("abc", Optional.empty()), 8000, ContainerReconciler.Goal.RUN));
    }

    @Test
    void orderWithoutADigestIsToKeepWhatIsHere() {
        assertThat(read(container().setGoal(Goal.STOP)).what()).isEqualTo(new Wanted.What.Kept());
        assertThat(read(container().setGoal(Goal.STOP)).goal()).isEqualTo(ContainerReconciler.Goal.STOP);
    }

    @Test
    void orderThatCarriesItsSpecBecomesOneThatNamesIt() throws Exception {
        FunctionSpec function = FunctionSpec.newBuilder().setName("web")
                .setWeb(WebSpec.newBuilder().setPort(8000).setReadiness("/ready").setLabel("shop")).addCommand("run")
                .setCpuMillis(500).setCpuLimited(true).setMemoryBytes(64).setStartupTimeoutMillis(30_000)
                .setStopGraceMillis(5_000).build();
        Wanted.What.Named named = (Wanted.What.Named) read(
                container().setFunction(function).putEnv("KEY", "value").setSourceDigest("s")).what();
        ContainerSpec spec = new Specs(state).keep(named.digest(), named.bytes().orElseThrow());
        assertThat(spec).isEqualTo(new ContainerSpec(named.digest(), java.util.List.of("run"),
                java.util.Map.of("KEY", "value"), 8000, "/ready", 500, 0, Duration.ofSeconds(30),
                Duration.ofSeconds(5), "s"));
    }

    @Test
    void whatIsNoOrderOfThisNodeIsIgnored() {
        byte[] others = NodeDesired.newBuilder().setNode("local-2").setEpoch(3).build().toByteArray();
        assertThat(Incoming.order("local-1", others)).isEmpty();
        assertThat(Incoming.order("local-1", new byte[0])).isEmpty();
        assertThat(Incoming.order("local-1", "{\"stream\":\"BERTH_LOGS\", \"seq\":1}".getBytes(UTF_8))).isEmpty();
    }
}
