package dev.berth.scheduler.cluster;

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
    private double time = -10;

    @BeforeEach
    void busHasBeenThereForALease() {
        advance(0);
    }

    private static Instant after(double seconds) {
        return START.plusMillis(Math.round(seconds * 1000));
    }

    /** Time goes on, and the leader's own head comes back twice a second. */
    private void advance(double to) {
        while (time + 0.5 <= to) {
            time += 0.5;
            gateways.look(after(time));
            gateways.hearHead(after(time));
        }
        gateways.look(after(to));
    }

    private void hear(String gateway, String incarnation, long status, long sequence, double at) {
        gateways.hear(report(gateway, incarnation, status, sequence, 0, false), after(at));
    }

    private static GatewayReport report(
            String gateway, String incarnation, long status, long sequence, long inFlight, boolean ended) {
        return new GatewayReport(
                gateway,
                incarnation,
                status,
                1,
                sequence,
                Map.of("c-1", new GatewayReport.Drain(inFlight, inFlight, 0, 0, 0, 0, 0)),
                ended);
    }

    private boolean applied(double at) {
        return gateways.at(after(at)).applied(7);
    }

    @Test
    void gatewayThatReadsHoldsThingsUpUntilItReports() {
        assertThat(applied(0)).isTrue();
        gateways.read("g", "1", after(0));
        assertThat(applied(0.1)).isFalse();
        hear("g", "1", 1, 7, 0.2);
        assertThat(applied(0.3)).isTrue();
    }

    private long confirmedByAll(double at) {
        return gateways.confirmedByAll(after(at));
    }

    @Test
    void silentGatewayGoesOnFromItsLastRoutesUntilItIsForgotten() {
        hear("other", "1", 1, 9, 0);
        hear("g", "1", 1, 6, 0);
        advance(500);
        hear("other", "1", 2, 9, 500);
        assertThat(applied(500)).as("it holds no drain up").isTrue();
        assertThat(confirmedByAll(500)).isEqualTo(6);
        assertThat(gateways.nextConfirmation(after(500))).contains(after(600).plusMillis(1));
        assertThat(gateways.behind(7)).singleElement().asString().startsWith("g, last heard at 2026-01-01T00:00:00");
        advance(600.1);
        assertThat(confirmedByAll(600.1)).isEqualTo(9);
    }

    @Test
    void silenceWhileNobodyListensForgetsNobody() {
        hear("other", "1", 1, 9, 0);
        hear("g", "1", 1, 6, 0);
        gateways.deaf();
        gateways.look(after(1_000));
        assertThat(confirmedByAll(1_000)).as("the bus is away").isNegative();
        time = 1_000;
        gateways.hearHead(after(1_000));
        hear("other", "1", 2, 9, 1_000);
        assertThat(confirmedByAll(1_002)).as("not listened to for a lease").isNegative();
        advance(1_003);
        assertThat(confirmedByAll(1_003)).isEqualTo(6);
        advance(1_599);
        assertThat(confirmedByAll(1_599)).isEqualTo(6);
        advance(1_601);
        assertThat(confirmedByAll(1_601)).as("both are forgotten").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void gatewayThatAnEarlierLeaderKnewIsWaitedForButHoldsNoDrainUp() {
        gateways.restore("g");
        hear("other", "1", 1, 7, 0);
        assertThat(applied(0)).isTrue();
        assertThat(confirmedByAll(0)).isZero();
        assertThat(gateways.behind(7)).containsExactly("g, not heard since this scheduler leads");
        hear("g", "1", 1, 8, 0.5);
        assertThat(confirmedByAll(0.5)).isEqualTo(7);
    }

    @Test
    void gatewayThatEndedInOrderIsWaitedForNoMoreAndWhatItCountedStays() {
        hear("other", "1", 1, 9, 0);
        gateways.hear(report("g", "1", 1, 6, 2, false), after(0));
        assertThat(applied(0.1)).isFalse();
        assertThat(gateways.hear(report("g", "1", 2, 6, 0, true), after(0.2))).isTrue();
        assertThat(applied(0.2)).isTrue();
        assertThat(confirmedByAll(0.2)).isEqualTo(9);
        assertThat(gateways.behind(7)).isEmpty();
        assertThat(gateways.waitedFor(7, after(0.2))).isEmpty();
        gateways.hear(report("other", "1", 2, 9, 0, true), after(0.3));
        advance(9);
        assertThat(applied(9)).as("that all have ended is no silence").isTrue();
        assertThat(gateways.hear(report("g", "2", 1, 6, 0, false), after(9))).isTrue();
        assertThat(confirmedByAll(9)).isEqualTo(6);
    }

    @Test
    void gatewayThatOnlyReadsHoldsThingsUpForOneLease() {
        hear("other", "1", 1, 7, 0);
        for (double at = 0; at < 20; at += 0.5) {
            advance(at);
            hear("other", "1", 2 + (long) (at * 2), 7, at);
            gateways.read("g", "1", after(at));
            assertThat(applied(at)).as("after %s s", at).isEqualTo(at > 3);
        }
    }

    @Test
    void gatewayThatWasSilentCountsAgainWhenItReads() {
        hear("other", "1", 1, 7, 2);
        hear("g", "1", 1, 6, 0);
        advance(3.1);
        assertThat(applied(3)).isFalse();
        assertThat(applied(3.1)).isTrue();
        gateways.read("g", "1", after(4));
        assertThat(applied(4.1)).isFalse();
        hear("g", "1", 2, 7, 4.2);
        assertThat(applied(4.3)).isTrue();
    }

    @Test
    void whatAnEarlierStartOfItReadIsOverWithTheNext() {
        hear("g", "2", 1, 7, 0);
        gateways.read("g", "1", after(0.1));
        assertThat(applied(0.2)).isTrue();
        gateways.read("g", "3", after(0.3));
        assertThat(applied(0.4)).isFalse();
    }

    @Test
    void nothingIsConfirmedBeforeTheBusWasThereForALease() {
        gateways.deaf();
        assertThat(applied(0)).isFalse();
        gateways.hearHead(after(1));
        time = 1;
        advance(3.9);
        assertThat(applied(3.9)).isFalse();
        advance(4);
        assertThat(applied(4)).isTrue();
    }

    /** A bus that freezes: gateways fall silent, and so does the leader's own head, which is noticed first. */
    @Test
    void silenceMeansNothingWhileTheLeadersOwnHeadDoesNotComeBack() {
        hear("g", "1", 1, 6, 0);
        for (double at = 0.5; at < 10; at += 0.5) {
            gateways.look(after(at));
            assertThat(applied(at)).as("after %s s", at).isFalse();
        }
    }

    @Test
    void silenceOfAllAtOnceIsNoEvidenceOfTheirDeath() {
        hear("g", "1", 1, 6, 0);
        hear("h", "1", 1, 6, 0);
        advance(60);
        assertThat(applied(60)).isFalse();
        hear("h", "1", 2, 7, 60);
        assertThat(applied(60)).as("one of them lives, the other is silent").isTrue();
    }

    @Test
    void gatewayThatEndedIsWaitedForNoMore() {
        hear("g", "1", 1, 6, 0);
        assertThat(applied(0.1)).isFalse();
        gateways.hear(report("g", "1", 2, 6, 0, true), after(0.2));
        assertThat(applied(0.3)).isTrue();
    }

    @Test
    void gatewayThatIsSilentForTenMinutesIsForgotten() {
        hear("g", "1", 1, 6, 0);
        advance(599);
        assertThat(applied(599)).isFalse();
        advance(601);
        assertThat(applied(601)).isTrue();
    }

    @Test
    void containerIsDrainedWhenNobodyThatLivesHasAnythingInFlight() {
        gateways.hear(report("g", "1", 1, 7, 2, false), after(0));
        gateways.hear(report("h", "1", 1, 7, 0, false), after(0));
        assertThat(gateways.at(after(0.1)).drained("c-1", 7)).isFalse();
        gateways.hear(report("g", "1", 2, 7, 0, false), after(0.2));
        assertThat(gateways.at(after(0.3)).drained("c-1", 7)).isTrue();
        assertThat(gateways.at(after(0.3)).drained("c-1", 8))
                .as("its drain is not shown yet")
                .isFalse();
    }

    /** Requests have their full time from when the last gateway knew, not from when it was decided. */
    @Test
    void timeRunsFromWhenTheLastOfThemKnew() {
        hear("g", "1", 1, 7, 0);
        hear("h", "1", 1, 6, 0);
        advance(1);
        assertThat(gateways.at(after(1)).appliedSince(7)).isEmpty();
        advance(1.9);
        hear("g", "1", 2, 7, 1.9);
        hear("h", "1", 2, 9, 1.9);
        advance(2);
        assertThat(gateways.at(after(2)).appliedSince(7)).contains(after(2));
        advance(2.9);
        hear("g", "1", 3, 9, 2.9);
        hear("h", "1", 3, 9, 2.9);
        advance(3);
        assertThat(gateways.at(after(3)).appliedSince(7))
                .as("stays, as newer ones come")
                .contains(after(2));
        assertThat(gateways.at(after(3)).appliedSince(8)).contains(after(3));
    }

    @Test
    void waitedForNamesWhoHasNotConfirmed() {
        hear("g", "1", 1, 6, 0);
        hear("h", "1", 1, 7, 0);
        assertThat(gateways.waitedFor(7, after(0.1))).containsExactly("g has not confirmed yet");
        assertThat(gateways.waitedFor(7, after(5)))
                .containsExactly("g has not confirmed yet, and was last heard 5 s ago");
        gateways.deaf();
        assertThat(gateways.waitedFor(7, after(0.1))).containsExactly("the bus does not answer");
    }
}
