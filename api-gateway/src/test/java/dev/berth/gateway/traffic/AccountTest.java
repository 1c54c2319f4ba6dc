package dev.berth.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AccountTest {
    private static final long HOUR = 3_600_000;

    private final Account account = new Account();
    private final LiveFunction web = account.function("main", "app", "web");

    private List<Integer> versions() {
        return account.functions().stream()
                .flatMap(function -> function.versions().stream())
                .map(counts -> counts.version)
                .sorted()
                .toList();
    }

    @Test
    void versionEndsAnHourAfterItsRoutes() {
        web.counts(1).routed(true);
        web.counts(2).routed(true);
        account.sweep(0);
        web.counts(1).routed(false);
        account.sweep(1_000);
        account.sweep(1_000 + HOUR - 1);
        assertThat(versions()).containsExactly(1, 2);
        account.sweep(1_000 + HOUR);
        assertThat(versions()).containsExactly(2);
        assertThat(account.function("main", "app", "web")).isSameAs(web);
    }

    @Test
    void versionLastsForAnHourAfterTheLastRequestByItsRoutes() {
        Claim claim = new Backend(web, "c", "host", 1).claim(web.counts(1));
        account.sweep(0);
        account.sweep(2 * HOUR);
        claim.end(Backend.End.FINISHED, 2 * HOUR);
        account.sweep(2 * HOUR);
        account.sweep(3 * HOUR - 1);
        assertThat(versions()).containsExactly(1);
        account.sweep(3 * HOUR);
        assertThat(account.functions()).isEmpty();
    }

    @Test
    void versionThatRoutesLeadToAgainBeginsItsHourAnew() {
        web.counts(1);
        account.sweep(0);
        web.counts(1).routed(true);
        account.sweep(HOUR);
        web.counts(1).routed(false);
        account.sweep(HOUR + 1);
        account.sweep(2 * HOUR);
        assertThat(versions()).containsExactly(1);
    }

    @Test
    void functionWithoutAnyVersionIsOverAndBeginsAnew() {
        account.function("main", "other", "web").counts(1).routed(true);
        account.sweep(0);
        assertThat(account.functions()).extracting(function -> function.app).containsExactly("other");
        assertThat(account.function("main", "app", "web")).isNotSameAs(web);
    }

    @Test
    void refusalsCountByTheirReason() {
        account.refused(Refused.PARK_FULL);
        account.refused(Refused.PARK_FULL);
        account.refused(Refused.FAULT);
        assertThat(account.refusals(Refused.PARK_FULL)).isEqualTo(2);
        assertThat(account.refusals(Refused.FAULT)).isEqualTo(1);
        assertThat(account.refusals(Refused.TIMEOUT)).isZero();
    }
}
