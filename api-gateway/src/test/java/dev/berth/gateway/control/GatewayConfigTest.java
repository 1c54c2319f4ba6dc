package dev.berth.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.chassis.kit.ConfigKeys;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GatewayConfigTest {
    @Test
    void keysAndDefaultsAreThese() {
        assertThat(ConfigKeys.of(GatewayConfig.class))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("berth.gateway.name", "gateway-1"),
                        Map.entry("berth.gateway.host", "0.0.0.0"),
                        Map.entry("berth.gateway.port", "8080"),
                        Map.entry("berth.gateway.domain", "localhost"),
                        Map.entry("berth.gateway.scheme", "-"),
                        Map.entry("berth.gateway.public-port", "-"),
                        Map.entry("berth.gateway.tls-dir", "-"),
                        Map.entry("berth.gateway.tls-port", "8443"),
                        Map.entry("berth.gateway.tls-redirect", "false"),
                        Map.entry("berth.gateway.loops", "-"),
                        Map.entry("berth.gateway.stop-grace", "PT30S"),
                        Map.entry("berth.gateway.body-limit", "10737418240"),
                        Map.entry("berth.gateway.park-limit", "1000"),
                        Map.entry("berth.gateway.park-timeout", "PT60S"),
                        Map.entry("berth.gateway.header-limit", "65536"),
                        Map.entry("berth.gateway.idle-timeout", "PT75S")));
    }
}
