package dev.berth.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.status.Rollout.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandingTest {
    private static final AppName A = new AppName("main", "a");
    private static final String NOT_BEGUN = "waiting for the scheduler to begin v3";

    private static Registered app(int newest) {
        return new Registered(A, "this", newest, Optional.empty());
    }

    private static Registered stopped(int newest) {
        return new Registered(A, "this", newest, Optional.of("ada"));
    }

    private static AppStatus shown(String life, int begun, int live) {
        return new AppStatus(A, life, live, 0, begun, List.of("a reason"), Map.of());
    }

    private static AppStatus heard(Registered app, AppStatus shown) {
        return new Standing(app, Optional.ofNullable(shown), false).status(0);
    }

    private static AppStatus silent(Registered app, AppStatus shown, int liveByRoutes) {
        return new Standing(app, Optional.ofNullable(shown), true).status(liveByRoutes);
    }

    private static VersionName version(String life, int number) {
        return new VersionName(A, life, number);
    }

    @Test
    void whatTheSchedulerShowsIsPassedOn() {
        assertThat(heard(app(3), shown("this", 3, 2))).isEqualTo(shown("this", 3, 2));
        assertThat(heard(app(3), shown("this", 4, 4)))
                .as("it heard of a newer one")
                .isEqualTo(shown("this", 4, 4));
    }

    @Test
    void versionThatTheSchedulerHasNotBegunIsRolling() {
        assertThat(heard(app(3), shown("this", 2, 2)))
                .returns(2, AppStatus::live)
                .returns(3, AppStatus::rolling)
                .returns(List.of("a reason", NOT_BEGUN), AppStatus::reasons);
        assertThat(heard(app(1), null))
                .returns(A, AppStatus::app)
                .returns(0, AppStatus::live)
                .returns(1, AppStatus::rolling);
    }

    @Test
    void lifeBeforeSaysNothingOfThisOne() {
        assertThat(heard(app(3), shown("before", 7, 7)))
                .returns("this", AppStatus::life)
                .returns(0, AppStatus::live)
                .returns(3, AppStatus::rolling)
                .returns(List.of(NOT_BEGUN), AppStatus::reasons);
        assertThat(new Standing(app(1), Optional.of(shown("before", 7, 7)), false).notKnown(version("this", 1)))
                .returns(Outcome.ROLLING, Rollout::outcome);
        assertThat(new Standing(app(1), Optional.empty(), false).notKnown(version("before", 1)))
                .returns(Outcome.CANCELLED, Rollout::outcome)
                .returns("the app was collected", Rollout::reason);
    }

    @Test
    void rolloutThatTheSchedulerDoesNotKnowIsOneThatWaitsOrNeverWillBe() {
        assertThat(new Standing(app(3), Optional.of(shown("this", 2, 2)), false).notKnown(version("this", 3)))
                .returns(Outcome.ROLLING, Rollout::outcome)
                .returns(NOT_BEGUN, Rollout::reason)
                .returns(NOT_BEGUN, Rollout::progress);
        assertThat(new Standing(app(3), Optional.of(shown("this", 3, 1)), false).notKnown(version("this", 2)))
                .returns(Outcome.CANCELLED, Rollout::outcome)
                .returns("overtaken by v3 before it began", Rollout::reason);
        assertThat(new Standing(stopped(3), Optional.of(shown("this", 2, 0)), false).notKnown(version("this", 3)))
                .returns(Outcome.CANCELLED, Rollout::outcome)
                .returns("the app was stopped by ada before it began", Rollout::reason);
        assertThat(heard(stopped(3), shown("this", 2, 0)).rolling()).isZero();
    }

    @Test
    void silenceShowsWhatWasShownLastAndSaysSo() {
        assertThat(silent(app(2), shown("this", 2, 2), 1))
                .returns(2, AppStatus::live)
                .returns(0, AppStatus::rolling)
                .returns(List.of("a reason", Standing.SILENCE), AppStatus::reasons);
        assertThat(silent(app(3), shown("this", 2, 2), 2))
                .as("deployed since")
                .returns(3, AppStatus::rolling)
                .returns(List.of("a reason", Standing.SILENCE), AppStatus::reasons);
    }

    @Test
    void silenceFromTheStartOnIsRollingUntilTold() {
        assertThat(silent(app(3), null, 2))
                .returns(2, AppStatus::live)
                .returns(3, AppStatus::rolling)
                .returns(List.of(Standing.SILENCE), AppStatus::reasons);
        assertThat(silent(app(3), null, 3).rolling()).isZero();
        assertThat(silent(stopped(3), null, 0).rolling()).isZero();
        assertThat(Standing.untold(version("this", 3)))
                .returns(Outcome.ROLLING, Rollout::outcome)
                .returns(Standing.SILENCE, Rollout::reason)
                .returns(Optional.empty(), Rollout::receipt);
    }

    @Test
    void silenceChangesNothingOfARolloutThatEnded() {
        Rollout live = Rollout.notBegun(version("this", 3), Outcome.LIVE, "", "");
        assertThat(live.unless(Standing.SILENCE)).isEqualTo(live);
        assertThat(Rollout.notBegun(version("this", 4), Outcome.ROLLING, "", "1 of 2 ready")
                        .unless(Standing.SILENCE))
                .returns(Standing.SILENCE, Rollout::progress);
    }
}
