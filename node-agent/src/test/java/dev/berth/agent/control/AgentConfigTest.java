package dev.berth.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.chassis.kit.ConfigKeys;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentConfigTest {
    @Test
    void keysAndDefaultsAreThese() {
        assertThat(ConfigKeys.of(AgentConfig.class))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("berth.node.name", "local-1"),
                        Map.entry("berth.node.host", "127.0.0.1"),
                        Map.entry("berth.node.ports", "20000-31999"),
                        Map.entry("berth.node.state", ".berth/agent"),
                        Map.entry("berth.node.cpu-millis", "-"),
                        Map.entry("berth.node.memory-bytes", "-"),
                        Map.entry("berth.node.limits", "true"),
                        Map.entry("berth.node.probe-timeout", "30s"),
                        Map.entry("berth.node.runtime", "auto"),
                        Map.entry("berth.node.container-address", "bridge"),
                        Map.entry("berth.node.image-retention", "24h"),
                        Map.entry("berth.node.volumes", "-")));
    }
}
