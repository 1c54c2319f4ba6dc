package dev.berth.scheduler.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.chassis.kit.ConfigKeys;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchedulerConfigTest {
    @Test
    void keysAndDefaultsAreThese() {
        assertThat(ConfigKeys.of(SchedulerConfig.class))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("berth.scheduler.name", "scheduler-1"),
                        Map.entry("berth.scheduler.lease", "PT5S"),
                        Map.entry("berth.scheduler.address", "-"),
                        Map.entry("berth.scheduler.gateway-lease", "PT3S"),
                        Map.entry("berth.scheduler.node-lost-after", "PT15S"),
                        Map.entry("berth.scheduler.unknown-grace", "PT10M"),
                        Map.entry("berth.scheduler.kept-versions", "3"),
                        Map.entry("berth.scheduler.repair", "PT5S")));
    }
}
