package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.client.ApiJson;
import dev.berth.client.Node;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutputTest {
    @Test
    void driversOfANodeAreOneCell() {
        Node node = new Node(
                "n",
                "ready",
                4,
                3,
                2,
                1,
                0,
                Instant.EPOCH,
                List.of("disk full", "engine away"),
                List.of(
                        new Node.Driver("process", Optional.empty()),
                        new Node.Driver("engine", Optional.of("Docker 20.10.24"))),
                List.of());
        assertThat(Output.cell(ApiJson.of(node).path("drivers"))).isEqualTo("process; engine Docker 20.10.24");
        assertThat(Output.cell(ApiJson.of(node).path("conditions"))).isEqualTo("disk full; engine away");
    }
}
