package dev.berth.scheduler.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.scheduler.fleet.GatewayReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatewaysTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private final Gateways gateways = new Gateways(Duration.ofSeconds(3));

    @BeforeEach
    void busHasBeenThereForALease() {
        gateways.listening(true, START.minusSeconds(10));
    }

    private static Instant after(double seconds) {
        return START.plusMillis((long) (seconds * 1000));
    }

    private void hear(String incarnation, long status, long sequence, double at) {
        gateways.hear(new GatewayReport("g", incarnation, status, 1, sequence, Map.of()), after(at));
    }

    private boolean applied(double at) {
        return gateways.at(after(at)).applied(7);
    }

    @Test
    void gatewayThatReadsHoldsThingsUpUntilItReports() {
        assertThat(applied(0)).isTrue();
        gateways.read("g", "1", after(0));
        assertThat(applied(0.1)).isFalse();
        hear("1", 1, 7, 0.2);
        assertThat(applied(0.3)).isTrue();
    }

    @Test
    void gatewayThatOnlyReadsHoldsThingsUpForOneLease() {
        for (double at = 0; at < 20; at += 0.5) {
            gateways.read("g", "1", after(at));
            assertThat(applied(at)).as("after %s s", at).isEqualTo(at > 3);
        }
    }

    @Test
    void gatewayThatWasSilentCountsAgainWhenItReads() {
        hear("1", 1, 6, 0);
        assertThat(applied(3)).isFalse();
        assertThat(applied(3.1)).isTrue();
        gateways.read("g", "1", after(4));
        assertThat(applied(4.1)).isFalse();
        hear("1", 2, 7, 4.2);
        assertThat(applied(4.3)).isTrue();
    }

    @Test
    void whatAnEarlierStartOfItReadIsOverWithTheNext() {
        hear("2", 1, 7, 0);
        gateways.read("g", "1", after(0.1));
        assertThat(applied(0.2)).isTrue();
        gateways.read("g", "3", after(0.3));
        assertThat(applied(0.4)).isFalse();
    }

    @Test
    void nothingIsConfirmedBeforeTheBusWasThereForALease() {
        gateways.listening(false, after(0));
        assertThat(applied(0)).isFalse();
        gateways.listening(true, after(1));
        assertThat(applied(3.9)).isFalse();
        assertThat(applied(4)).isTrue();
    }
}
