package dev.berth.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.chassis.kit.ConfigKeys;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GatewayConfigTest {
    private static final Optional<String> FOLDER = Optional.of("/");

    private static GatewayConfig config(
            Optional<String> scheme, Optional<Integer> publicPort, Optional<String> tlsDir, String redirect) {
        return new GatewayConfig.Source()
                .config(
                        "gateway-1",
                        "0.0.0.0",
                        8080,
                        "example.com",
                        scheme,
                        publicPort,
                        tlsDir,
                        8443,
                        redirect,
                        Optional.of(1),
                        "false",
                        Duration.ZERO,
                        1,
                        1,
                        Duration.ofSeconds(1),
                        1024,
                        Duration.ofSeconds(1));
    }

    @Test
    void urlsAreThoseOfThePlainPortWithoutTls() {
        GatewayConfig plain = config(Optional.empty(), Optional.empty(), Optional.empty(), "false");
        assertThat(plain.url("app")).isEqualTo("http://app.example.com:8080");
        assertThat(plain.tls()).isEmpty();
        assertThat(plain.redirect()).isZero();
        assertThat(config(Optional.of("https"), Optional.of(443), Optional.empty(), "false")
                        .url("app"))
                .isEqualTo("https://app.example.com");
    }

    @Test
    void urlsAreThoseOfTlsUnlessTheirSchemeIsSaid() {
        GatewayConfig both = config(Optional.empty(), Optional.empty(), FOLDER, "false");
        assertThat(both.url("app")).isEqualTo("https://app.example.com:8443");
        assertThat(both.redirect()).isZero();
        assertThat(config(Optional.of("http"), Optional.empty(), FOLDER, "false")
                        .url("app"))
                .isEqualTo("http://app.example.com:8080");
    }

    @Test
    void redirectGoesWhereClientsReachTls() {
        assertThat(config(Optional.empty(), Optional.empty(), FOLDER, "true").redirect())
                .isEqualTo(8443);
        assertThat(config(Optional.empty(), Optional.of(443), FOLDER, "true").redirect())
                .isEqualTo(443);
        assertThat(config(Optional.of("http"), Optional.of(80), FOLDER, "true").redirect())
                .isEqualTo(8443);
    }

    @Test
    void redirectWithoutTlsIsRefused() {
        assertThatThrownBy(() -> config(Optional.empty(), Optional.empty(), Optional.empty(), "true"))
                .hasMessageContaining("must be false where berth.gateway.tls-dir is not set");
        assertThatThrownBy(() -> config(Optional.empty(), Optional.empty(), FOLDER, "yes"))
                .hasMessageContaining("berth.gateway.tls-redirect: it must be true or false");
    }

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
                        Map.entry("berth.gateway.metrics-open", "false"),
                        Map.entry("berth.gateway.stop-grace", "PT30S"),
                        Map.entry("berth.gateway.body-limit", "10737418240"),
                        Map.entry("berth.gateway.park-limit", "1000"),
                        Map.entry("berth.gateway.park-timeout", "PT60S"),
                        Map.entry("berth.gateway.header-limit", "65536"),
                        Map.entry("berth.gateway.idle-timeout", "PT75S")));
    }
}
