package dev.berth.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.v1.AppSpec;
import dev.berth.protocol.v1.CallSpec;
import dev.berth.protocol.v1.ContainerSpec;
import dev.berth.protocol.v1.FunctionSpec;
import dev.berth.protocol.v1.WebSpec;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class EncodedSpecTest {
    private static final FunctionSpec WEB = FunctionSpec.newBuilder()
            .setName("web")
            .setWeb(WebSpec.newBuilder().setPort(1).setReadiness("/ready").setLabel("shop"))
            .addCommand("run")
            .setCpuMillis(2)
            .setMemoryBytes(3)
            .setCpuLimited(true)
            .setMinContainers(4)
            .setTimeoutMillis(5)
            .setStartupTimeoutMillis(6)
            .setStopGraceMillis(7)
            .build();
    private static final AppSpec APP = AppSpec.newBuilder()
            .setApp("a")
            .setSourceDigest("bundle")
            .putEnv("A", "1")
            .putEnv("B", "2")
            .addFunctions(WEB)
            .build();

    private static String digest(UnaryOperator<FunctionSpec.Builder> change) {
        return EncodedSpec.of(APP, change.apply(WEB.toBuilder()).build()).digest();
    }

    @Test
    void bytesAreAllThatAnAgentNeeds() throws Exception {
        assertThat(ContainerSpec.parseFrom(EncodedSpec.of(APP, WEB).data()))
                .isEqualTo(ContainerSpec.newBuilder()
                        .setWeb(WebSpec.newBuilder().setPort(1).setReadiness("/ready"))
                        .addCommand("run")
                        .putEnv("A", "1")
                        .putEnv("B", "2")
                        .setSourceDigest("bundle")
                        .setCpuMillis(2)
                        .setMemoryBytes(3)
                        .setCpuLimited(true)
                        .setStartupTimeoutMillis(6)
                        .setStopGraceMillis(7)
                        .build());
    }

    @Test
    void orderOfTheEnvironmentVariablesDoesNotMatter() {
        AppSpec other =
                APP.toBuilder().clearEnv().putEnv("B", "2").putEnv("A", "1").build();
        assertThat(EncodedSpec.of(other, WEB).digest())
                .isEqualTo(EncodedSpec.of(APP, WEB).digest());
    }

    @Test
    void whatChangesNoContainerChangesNoDigest() {
        String digest = EncodedSpec.of(APP, WEB).digest();
        assertThat(digest).matches("[0-9a-f]{64}");
        assertThat(List.<UnaryOperator<FunctionSpec.Builder>>of(
                        function -> function.setName("other"),
                        function -> function.setMinContainers(9),
                        function -> function.setTimeoutMillis(9),
                        function ->
                                function.setWeb(function.getWeb().toBuilder().setLabel("x")),
                        function -> function.setDigest("x")))
                .extracting(change -> digest(change))
                .containsOnly(digest);
    }

    @Test
    void whatChangesAContainerChangesItsDigest() {
        List<UnaryOperator<FunctionSpec.Builder>> changes = List.of(
                UnaryOperator.identity(),
                function -> function.addCommand("more"),
                function -> function.setCpuMillis(9),
                function -> function.setMemoryBytes(9),
                function -> function.setCpuLimited(false),
                function -> function.setMemoryLimited(true),
                function -> function.setStartupTimeoutMillis(9),
                function -> function.setStopGraceMillis(9),
                function -> function.setWeb(function.getWeb().toBuilder().setPort(9)),
                function -> function.setWeb(function.getWeb().toBuilder().setReadiness("/")),
                function -> function.setCall(CallSpec.newBuilder().setPort(1).setReadiness("/ready")));
        assertThat(changes).extracting(change -> digest(change)).doesNotHaveDuplicates();
        assertThat(EncodedSpec.of(APP.toBuilder().putEnv("A", "9").build(), WEB).digest())
                .isNotEqualTo(EncodedSpec.of(APP, WEB).digest());
    }

    @Test
    void onlyFunctionsWithoutADigestGetOne() {
        AppSpec digested = EncodedSpec.digested(APP);
        assertThat(digested.getFunctions(0).getDigest())
                .isEqualTo(EncodedSpec.of(APP, WEB).digest());
        assertThat(EncodedSpec.digested(digested)).isEqualTo(digested);
        assertThat(EncodedSpec.digested(APP.toBuilder()
                                .setFunctions(0, WEB.toBuilder().setDigest("older"))
                                .build())
                        .getFunctions(0)
                        .getDigest())
                .isEqualTo("older");
    }
}
