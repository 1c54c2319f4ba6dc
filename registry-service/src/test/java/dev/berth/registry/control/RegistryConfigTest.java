package dev.berth.registry.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.chassis.kit.ConfigKeys;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RegistryConfigTest {
    @Test
    void keysAndDefaultsAreThese() {
        assertThat(ConfigKeys.of(RegistryConfig.class))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("berth.registry.retention", "P30D"),
                        Map.entry("berth.registry.source-limit", "268435456"),
                        Map.entry("berth.registry.source-retention", "P1D"),
                        Map.entry("berth.registry.bootstrap-token", "-"),
                        Map.entry("berth.registry.bootstrap-user", "admin")));
    }
}
