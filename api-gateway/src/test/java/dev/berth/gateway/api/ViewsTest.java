package dev.berth.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.gateway.status.NodeStatus;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewsTest {
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
