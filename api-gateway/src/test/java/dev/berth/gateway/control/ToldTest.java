package dev.berth.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.AppStatus;
import dev.berth.protocol.v1.Outcome;
import dev.berth.protocol.v1.Rollout;
import dev.berth.protocol.v1.Version;
import org.junit.jupiter.api.Test;

class ToldTest {
    private static App app(int newest) {
        return App.newBuilder()
                .setEnvironment("main")
                .setName("a")
                .setLife("this")
                .setNewestVersion(newest)
                .build();
    }

    private static App stopped(int newest) {
        return app(newest).toBuilder().setStopped(true).setStoppedBy("ada").build();
    }

    private static AppStatus told(String life, int begun, int live) {
        return AppStatus.newBuilder()
                .setEnvironment("main")
                .setApp("a")
                .setLife(life)
                .setBegunVersion(begun)
                .setLiveVersion(live)
                .addReasons("a reason")
                .build();
    }

    private static Version version(int number) {
        return Version.newBuilder()
                .setEnvironment("main")
                .setApp("a")
                .setVersion(number)
                .setLife("this")
                .build();
    }

    @Test
    void whatTheSchedulerKnowsIsPassedOn() {
        assertThat(Told.status(app(3), told("this", 3, 2))).isEqualTo(told("this", 3, 2));
        assertThat(Told.status(app(3), told("this", 4, 4)))
                .as("it heard of a newer one")
                .isEqualTo(told("this", 4, 4));
    }

    @Test
    void versionThatTheSchedulerHasNotBegunIsRolling() {
        AppStatus status = Told.status(app(3), told("this", 2, 2));
        assertThat(status.getLiveVersion()).isEqualTo(2);
        assertThat(status.getRollingVersion()).isEqualTo(3);
        assertThat(status.getReasonsList()).containsExactly("a reason", "waiting for the scheduler to begin v3");
        AppStatus first = Told.status(app(1), AppStatus.getDefaultInstance());
        assertThat(first.getRollingVersion()).isEqualTo(1);
        assertThat(first.getLiveVersion()).isZero();
        assertThat(first.getApp()).isEqualTo("a");
    }

    @Test
    void lifeBeforeSaysNothingOfThisOne() {
        AppStatus status = Told.status(app(1), told("before", 7, 7));
        assertThat(status.getLiveVersion()).isZero();
        assertThat(status.getRollingVersion()).isEqualTo(1);
        assertThat(status.getReasonsList()).containsExactly("waiting for the scheduler to begin v1");
        Rollout before = Rollout.newBuilder()
                .setVersion(1)
                .setLife("before")
                .setStartedAt(1)
                .setOutcome(Outcome.ROLLOUT_SUPERSEDED)
                .build();
        assertThat(Told.isOf(before, version(1))).isFalse();
        assertThat(Told.isOf(before.toBuilder().setLife("this").build(), version(1)))
                .isTrue();
        assertThat(Told.isOf(Rollout.newBuilder().setVersion(1).setLife("this").build(), version(1)))
                .as("one that has not begun")
                .isFalse();
        assertThat(Told.rollout(version(1), app(1), told("before", 7, 7)).getOutcome())
                .isEqualTo(Outcome.ROLLOUT_ROLLING);
    }

    @Test
    void rolloutThatTheSchedulerDoesNotKnowIsOneThatWaitsOrNeverWillBe() {
        Rollout waits = Told.rollout(version(3), app(3), told("this", 2, 2));
        assertThat(waits.getOutcome()).isEqualTo(Outcome.ROLLOUT_ROLLING);
        assertThat(waits.getReason()).isEqualTo("waiting for the scheduler to begin v3");
        assertThat(waits.getProgress()).isEqualTo(waits.getReason());
        Rollout overtaken = Told.rollout(version(2), app(3), told("this", 3, 1));
        assertThat(overtaken.getOutcome()).isEqualTo(Outcome.ROLLOUT_CANCELLED);
        assertThat(overtaken.getReason()).isEqualTo("overtaken by v3 before it began");
        Rollout stopped = Told.rollout(version(3), stopped(3), told("this", 2, 0));
        assertThat(stopped.getOutcome()).isEqualTo(Outcome.ROLLOUT_CANCELLED);
        assertThat(stopped.getReason()).isEqualTo("the app was stopped by ada before it began");
        assertThat(Told.status(stopped(3), told("this", 2, 0)).getRollingVersion())
                .isZero();
    }

    @Test
    void silenceIsRollingUntilTold() {
        Rollout rollout = Told.untold(version(3));
        assertThat(rollout.getOutcome()).isEqualTo(Outcome.ROLLOUT_ROLLING);
        assertThat(rollout.getReason()).isEqualTo(Told.SILENCE);
        assertThat(rollout.hasReceipt()).isFalse();
        AppStatus behind = Told.untold(app(3), 2);
        assertThat(behind.getLiveVersion()).isEqualTo(2);
        assertThat(behind.getRollingVersion()).isEqualTo(3);
        assertThat(behind.getReasonsList()).containsExactly(Told.SILENCE);
        assertThat(Told.untold(app(3), 3).getRollingVersion()).isZero();
        assertThat(Told.untold(stopped(3), 0).getRollingVersion()).isZero();
    }
}
