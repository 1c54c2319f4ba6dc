package dev.berth.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.gateway.client.RegistryClient;
import dev.berth.gateway.status.AppName;
import dev.berth.gateway.status.ContainerStatus;
import dev.berth.gateway.status.NodeStatus;
import dev.berth.gateway.status.Rollout;
import dev.berth.protocol.v1.AppSpec;
import dev.berth.protocol.v1.FunctionSpec;
import dev.berth.protocol.v1.ImageSpec;
import dev.berth.protocol.v1.Version;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ViewsTest {
    private static Version version(FunctionSpec.Builder... functions) {
        AppSpec.Builder spec = AppSpec.newBuilder().setApp("demo");
        for (FunctionSpec.Builder function : functions) {
            spec.addFunctions(function);
        }
        return Version.newBuilder()
                .setEnvironment("main")
                .setApp("demo")
                .setVersion(3)
                .setSpec(spec)
                .build();
    }

    private static FunctionSpec.Builder imaged(String function, String image) {
        return FunctionSpec.newBuilder()
                .setName(function)
                .setImage(ImageSpec.newBuilder().setName(image));
    }

    @Test
    void versionIsShownWithWhatTheNamesOfItsImagesMean() {
        Version version = version(imaged("web", "web:3"), imaged("other", "other"), FunctionSpec.newBuilder());
        Rollout rollout = new Rollout(
                RegistryClient.of(version),
                Rollout.Outcome.LIVE,
                "",
                Optional.empty(),
                "",
                Optional.empty(),
                Optional.empty(),
                Map.of("web:3", "web@sha256:1"));
        List<Views.FunctionView> functions =
                Views.of(version, rollout, url -> url, null).functions();
        assertThat(functions.get(0).image().pinned()).isEqualTo("web@sha256:1");
        assertThat(functions.get(1).image().pinned()).isNull();
        assertThat(functions.get(2).image()).isNull();
    }

    @Test
    void containerIsShownWithItsImage() {
        ContainerStatus container = new ContainerStatus(
                "c-1",
                new AppName("main", "demo"),
                "life",
                3,
                "web",
                "n",
                ContainerStatus.State.READY,
                "",
                Instant.EPOCH,
                "h:1",
                "web@sha256:1",
                false);
        assertThat(Views.of(container).image()).isEqualTo("web@sha256:1");
        assertThat(Views.of(container.asShownLast()).image()).isEqualTo("web@sha256:1");
    }

    @Test
    void nodeIsShownWithWhatItRunsContainersWith() throws Exception {
        Views.NodeView node = Views.of(new NodeStatus(
                "n",
                NodeStatus.State.READY,
                1,
                1,
                1,
                1,
                0,
                Instant.EPOCH,
                List.of(),
                List.of(
                        new NodeStatus.Driver(NodeStatus.Driver.Kind.PROCESS, ""),
                        new NodeStatus.Driver(NodeStatus.Driver.Kind.ENGINE, "Docker 20.10.24")),
                List.of()));
        assertThat(new ObjectMapper().writeValueAsString(node.drivers()))
                .isEqualTo("[{\"kind\":\"process\"},{\"kind\":\"engine\",\"version\":\"Docker 20.10.24\"}]");
    }
}
