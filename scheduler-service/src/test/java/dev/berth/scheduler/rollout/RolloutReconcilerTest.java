package dev.berth.scheduler.rollout;

import static dev.berth.scheduler.rollout.Scene.NOW;
import static dev.berth.scheduler.rollout.Scene.draining;
import static dev.berth.scheduler.rollout.Scene.function;
import static dev.berth.scheduler.rollout.Scene.ordered;
import static dev.berth.scheduler.rollout.Scene.ready;
import static dev.berth.scheduler.rollout.Scene.recreate;
import static dev.berth.scheduler.rollout.Scene.rollover;
import static dev.berth.scheduler.rollout.Scene.starting;
import static dev.berth.scheduler.rollout.Scene.stopping;
import static dev.berth.scheduler.rollout.Scene.version;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Ending;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** State in, actions out. */
class RolloutReconcilerTest {
    private static final Action.Start WEB_OF_2 = new Action.Start(2, "web");

    // 1. The registry.

    @Test
    void newerVersionBegins() {
        assertThat(new Scene()
                        .newest(1)
                        .versions(version(1, function("web", "a", 1)))
                        .actions())
                .containsExactly(new Action.Begin(1));
    }

    @Test
    void newestOvertakesOneThatStarts() {
        assertThat(new Scene()
                        .newest(2)
                        .rolling(1)
                        .versions(version(1, function("web", "a", 1)), version(2, function("web", "b", 1)))
                        .actions())
                .containsExactly(new Action.Cancel("overtaken by v2"));
    }

    @Test
    void newestWaitsForACutoverUnderWay() {
        assertThat(new Scene()
                        .newest(2)
                        .live(1)
                        .cuttingOver(1, 5)
                        .versions(version(1, function("web", "a", 1)), version(2, function("web", "b", 1)))
                        .containers(ready("c1", 1, "web"))
                        .actions())
                .isEmpty();
    }

    @Test
    void stopCancelsWhatStartsThenTakesDownWhatServes() {
        Scene scene = new Scene()
                .newest(2)
                .live(1)
                .rolling(2)
                .stopped("ada")
                .versions(version(1, function("web", "a", 1)), version(2, function("web", "b", 1)))
                .containers(ready("c1", 1, "web"));
        assertThat(scene.actions()).containsExactly(new Action.Cancel("the app was stopped by ada"));
        assertThat(scene.ended(2).actions()).containsExactly(new Action.TakeDown());
    }

    // 2. and 3. Starts and failures.

    @Test
    void whatIsMissingOfEachFunctionIsStarted() {
        assertThat(new Scene()
                        .newest(1)
                        .rolling(1)
                        .versions(version(1, function("web", "a", 2), function("admin", "b", 1)))
                        .containers(starting("c1", 1, "web"))
                        .actions())
                .containsExactly(new Action.Start(1, "web"), new Action.Start(1, "admin"));
    }

    @Test
    void wantedCountsAndNotTheSpec() {
        assertThat(new Scene()
                        .newest(1)
                        .rolling(1)
                        .versions(version(1, function("web", "a", 1)))
                        .wanted(1, "web", 3)
                        .actions())
                .hasSize(3)
                .containsOnly(new Action.Start(1, "web"));
    }

    @Test
    void cutsOverWhenAllOfEveryFunctionAreReady() {
        Scene scene = new Scene()
                .newest(2)
                .live(1)
                .rolling(2)
                .versions(
                        version(1, function("web", "a", 1)),
                        version(2, function("web", "b", 2), function("admin", "c", 1)));
        assertThat(scene.containers(
                                ready("c1", 1, "web"),
                                ready("c2", 2, "web"),
                                starting("c3", 2, "web"),
                                ready("c4", 2, "admin"))
                        .actions())
                .as("one of two")
                .isEmpty();
        assertThat(scene.containers(
                                ready("c1", 1, "web"),
                                ready("c2", 2, "web"),
                                ready("c3", 2, "web"),
                                starting("c4", 2, "admin"))
                        .actions())
                .as("only the first function")
                .isEmpty();
        assertThat(scene.containers(
                                ready("c1", 1, "web"),
                                starting("c2", 2, "web"),
                                ready("c3", 2, "web"),
                                ready("c4", 2, "admin"))
                        .actions())
                .as("only the last function")
                .isEmpty();
        assertThat(scene.containers(
                                ready("c1", 1, "web"),
                                ready("c2", 2, "web"),
                                ready("c3", 2, "web"),
                                ready("c4", 2, "admin"))
                        .actions())
                .containsExactly(new Action.CutOver(2));
    }

    @Test
    void containersOfLostNodesNeitherCountNorAreReady() {
        assertThat(new Scene()
                        .newest(2)
                        .live(1)
                        .rolling(2)
                        .versions(version(1, function("web", "a", 1)), version(2, function("web", "b", 1)))
                        .lost("node-9")
                        .containers(ready("c1", 1, "web"), ready("c2", 2, "web", "node-9"))
                        .actions())
                .containsExactly(WEB_OF_2);
    }

    @Test
    void oneThatWasNotReadyInTimeFailsTheRollout() {
        assertThat(new Scene()
                        .newest(1)
                        .rolling(1)
                        .versions(version(1, function("web", "a", 1)))
                        .crashed(1, "web", 1, new Ending.TimedOut("not ready within 5 s"), NOW)
                        .actions())
                .containsExactly(new Action.Fail(new Failure.NotReadyInTime("web", "not ready within 5 s")));
    }

    @Test
    void crashesFailItAtTheLimitAndBackOffBefore() {
        Scene scene = new Scene().newest(1).rolling(1).versions(version(1, function("web", "a", 1)));
        Ending crash = new Ending.Crashed("exit status 1");
        assertThat(scene.crashed(1, "web", 2, crash, NOW.plusSeconds(1)).actions())
                .isEmpty();
        assertThat(scene.decision().wakeAt()).contains(NOW.plusSeconds(1));
        assertThat(scene.crashed(1, "web", 2, crash, NOW).actions()).containsExactly(new Action.Start(1, "web"));
        assertThat(scene.crashed(1, "web", 3, crash, NOW).actions())
                .containsExactly(new Action.Fail(new Failure.Crashed("web", 3, "exit status 1")));
    }

    @Test
    void noPlaceFailsItAfterItsStartupTimeout() {
        Scene scene = new Scene().newest(1).rolling(1).versions(version(1, function("web", "a", 1)));
        assertThat(scene.unplaced(1, "web", NOW.minusSeconds(4)).actions()).containsExactly(new Action.Start(1, "web"));
        assertThat(scene.decision().wakeAt()).contains(NOW.plusSeconds(1));
        assertThat(scene.unplaced(1, "web", NOW.minusSeconds(5)).actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.Fail.class, fail -> assertThat(fail.why()).isInstanceOf(Failure.NoPlace.class));
    }

    @Test
    void orderThatNoAgentConfirmsFailsIt() {
        Scene scene = new Scene().newest(1).rolling(1).versions(version(1, function("web", "a", 1)));
        assertThat(scene.containers(ordered("c1", 1, "web", NOW.minusSeconds(29)))
                        .actions())
                .isEmpty();
        assertThat(scene.decision().wakeAt()).contains(NOW.plusSeconds(1));
        assertThat(scene.containers(ordered("c1", 1, "web", NOW.minusSeconds(30)))
                        .actions())
                .containsExactly(new Action.Fail(new Failure.Unconfirmed("web", "c1", "node-1")));
        assertThat(scene.lost("node-1").actions())
                .as("a lost node's is replaced, and says nothing of the version")
                .containsExactly(new Action.Start(1, "web"));
    }

    @Test
    void failedVersionsContainersEndAndTheLiveOneIsKept() {
        assertThat(new Scene()
                        .newest(2)
                        .live(1)
                        .ended(2)
                        .versions(version(1, function("web", "a", 1)), version(2, function("web", "b", 1)))
                        .containers(ready("c1", 1, "web"), ready("c2", 2, "web"), starting("c3", 2, "web"))
                        .actions())
                .containsExactlyInAnyOrder(Scene.drain("c2", 0), new Action.Stop("c3"));
    }

    @Test
    void liveVersionIsKeptUpWhileAnotherStarts() {
        assertThat(new Scene()
                        .newest(2)
                        .live(1)
                        .rolling(2)
                        .versions(version(1, function("web", "a", 2)), version(2, function("web", "b", 1)))
                        .containers(ready("c1", 1, "web"), starting("c2", 2, "web"))
                        .actions())
                .containsExactly(new Action.Start(1, "web"));
    }

    // Taking back.

    @Test
    void rollbackTakesBackWhatStillDrains() {
        Scene scene = new Scene()
                .newest(3)
                .live(2)
                .rolling(3)
                .versions(
                        version(1, function("web", "a", 1)),
                        version(2, function("web", "b", 1)),
                        version(3, function("web", "a", 1)));
        assertThat(scene.containers(draining("c1", 1, "web", 4), ready("c2", 2, "web"))
                        .actions())
                .containsExactly(new Action.TakeBack("c1", 3));
        assertThat(scene.lost("node-1").actions())
                .as("from a lost node nothing is taken back")
                .doesNotContain(new Action.TakeBack("c1", 3));
    }

    @Test
    void functionThatDidNotChangeIsTakenBackThoughAnotherDid() {
        assertThat(new Scene()
                        .newest(3)
                        .live(2)
                        .rolling(3)
                        .versions(
                                version(1, function("web", "a", 1), function("admin", "x", 1)),
                                version(2, function("web", "b", 1), function("admin", "y", 1)),
                                version(3, function("web", "a", 1), function("admin", "z", 1)))
                        .containers(
                                draining("c1", 1, "web", 4),
                                draining("c2", 1, "admin", 4),
                                ready("c3", 2, "web"),
                                ready("c4", 2, "admin"))
                        .actions())
                .contains(new Action.TakeBack("c1", 3), new Action.Start(3, "admin"))
                .doesNotContain(new Action.TakeBack("c2", 3));
    }

    @Test
    void rolloverStartsAnewThoughTheSameSpecDrains() {
        assertThat(new Scene()
                        .newest(3)
                        .live(2)
                        .rolling(3)
                        .versions(
                                version(1, function("web", "a", 1)),
                                version(2, function("web", "b", 1)),
                                rollover(3, function("web", "a", 1)))
                        .containers(draining("c1", 1, "web", 4), ready("c2", 2, "web"))
                        .actions())
                .containsExactly(new Action.Start(3, "web"));
    }

    // strategy: recreate.

    private static Scene recreating() {
        return new Scene()
                .newest(2)
                .live(1)
                .rolling(2)
                .versions(version(1, function("web", "a", 1)), recreate(2, function("web", "b", 1)));
    }

    @Test
    void recreateFetchesWhatItNeedsWhereTheOlderOnesRunThenEndsThemFirst() {
        Container older = ready("c1", 1, "web");
        Container fetching = Scene.fetching("f1", 2, "web", "node-1", NOW);
        Action fetch = new Action.Fetch(2, "web", "node-1");
        assertThat(recreating().containers(older).actions()).containsExactly(fetch);
        assertThat(recreating().containers(older, fetching).actions())
                .as("what serves goes on")
                .isEmpty();
        Scene scene = recreating().fetched(2, "web", "node-1");
        assertThat(scene.containers(older).actions()).containsExactly(Scene.drain("c1", 2));
        assertThat(scene.containers(stopping("c1", 1, "web")).actions()).isEmpty();
        assertThat(scene.containers().actions()).containsExactly(WEB_OF_2);
    }

    @Test
    void recreateThatHasBegunToEndTheOlderOnesFetchesNoMore() {
        assertThat(recreating().containers(draining("c1", 1, "web", 4)).actions())
                .isEmpty();
        assertThat(recreating().containers(stopping("c1", 1, "web")).actions()).isEmpty();
    }

    @Test
    void recreateFetchesOnEachNodeOnceAndAnewWhereAnOlderOneWasReplaced() {
        Scene scene = recreating().fetched(2, "web", "node-1");
        assertThat(scene.containers(
                                ready("c1", 1, "web"),
                                ready("c2", 1, "web", "node-2"),
                                ready("c3", 1, "web", "node-2"),
                                ready("c4", 1, "web", "node-3"),
                                Scene.fetching("f1", 2, "web", "node-3", NOW))
                        .actions())
                .containsExactly(new Action.Fetch(2, "web", "node-2"));
    }

    @Test
    void recreateWhoseNeedsCantBeHadFailsAndLeavesWhatServes() {
        assertThat(recreating()
                        .containers(ready("c1", 1, "web"))
                        .crashed(2, "web", 1, new Ending.Hopeless("there is no image"), NOW)
                        .actions())
                .containsExactly(new Action.Fail(new Failure.Hopeless("web", "there is no image")));
    }

    @Test
    void whatIsFetchedForNothingEnds() {
        Container fetching = Scene.fetching("f1", 2, "web", "node-1", NOW);
        assertThat(recreating()
                        .fetched(2, "web", "node-1")
                        .containers(ready("c1", 1, "web"), fetching)
                        .actions())
                .contains(new Action.Stop("f1"));
        assertThat(recreating()
                        .ended(2)
                        .containers(ready("c1", 1, "web"), fetching)
                        .actions())
                .containsExactly(new Action.Stop("f1"));
    }

    @Test
    void nodeThatDoesNotConfirmWhatItIsToFetchFailsTheRollout() {
        assertThat(recreating()
                        .containers(
                                ready("c1", 1, "web"), Scene.fetching("f1", 2, "web", "node-1", NOW.minusSeconds(30)))
                        .actions())
                .containsExactly(new Action.Fail(new Failure.Unconfirmed("web", "f1", "node-1")));
    }

    @Test
    void recreateDoesNotWaitForWhatIsOnALostNode() {
        assertThat(new Scene()
                        .newest(2)
                        .live(1)
                        .rolling(2)
                        .lost("node-1")
                        .versions(version(1, function("web", "a", 1)), recreate(2, function("web", "b", 1)))
                        .containers(stopping("c1", 1, "web"))
                        .actions())
                .containsExactly(WEB_OF_2);
    }

    @Test
    void cancelledRecreateTakesBackWhatStillDrains() {
        assertThat(new Scene()
                        .newest(2)
                        .live(1)
                        .ended(2)
                        .versions(version(1, function("web", "a", 1)), recreate(2, function("web", "b", 1)))
                        .containers(draining("c1", 1, "web", 4))
                        .actions())
                .containsExactly(new Action.TakeBack("c1", 1));
    }

    // 5. Live.

    @Test
    void versionIsLiveWhenEveryGatewayHasItsRoutes() {
        Scene scene = new Scene()
                .newest(2)
                .live(2)
                .cuttingOver(2, 7)
                .versions(version(2, function("web", "b", 1)))
                .containers(ready("c2", 2, "web"));
        assertThat(scene.applied(6).actions()).isEmpty();
        assertThat(scene.applied(7).actions()).containsExactly(new Action.GoLive());
    }

    @Test
    void cutoverDrainsTheOlderOnes() {
        assertThat(new Scene()
                        .newest(2)
                        .live(2)
                        .cuttingOver(2, 7)
                        .versions(version(1, function("web", "a", 1)), version(2, function("web", "b", 1)))
                        .containers(ready("c1", 1, "web"), ready("c2", 2, "web"))
                        .actions())
                .containsExactly(Scene.drain("c1", 2));
    }

    // 6. Drained.

    @Test
    void drainingContainerStopsWhenNothingIsInFlightOnIt() {
        Scene scene = new Scene()
                .newest(2)
                .live(2)
                .ended(2)
                .versions(version(1, function("web", "a", 1)), version(2, function("web", "b", 1)))
                .containers(draining("c1", 1, "web", 4), ready("c2", 2, "web"));
        assertThat(scene.actions()).isEmpty();
        assertThat(scene.drained("c1").actions()).containsExactly(new Action.Stop("c1"));
    }

    @Test
    void drainDeadlineRunsFromWhenEveryGatewayKnew() {
        Scene scene = new Scene()
                .newest(2)
                .live(2)
                .ended(2)
                .versions(version(1, function("web", "a", 1)), version(2, function("web", "b", 1)))
                .containers(draining("c1", 1, "web", 4), ready("c2", 2, "web"));
        Duration all = Scene.TIMEOUT.plus(RolloutReconciler.DEADLINE_SLACK);
        assertThat(scene.applied(4, NOW.minus(all).plusSeconds(1)).actions()).isEmpty();
        assertThat(scene.decision().wakeAt()).contains(NOW.plusSeconds(1));
        assertThat(scene.applied(4, NOW.minus(all)).actions()).containsExactly(new Action.Stop("c1"));
        assertThat(scene.applied(3, NOW.minus(all)).actions())
                .as("not each of them knows")
                .isEmpty();
    }

    @Test
    void whatIsNotPublishedYetIsNotStopped() {
        assertThat(new Scene()
                        .newest(2)
                        .live(2)
                        .ended(2)
                        .drained("c1")
                        .versions(version(1, function("web", "a", 1)), version(2, function("web", "b", 1)))
                        .containers(draining("c1", 1, "web", 0), ready("c2", 2, "web"))
                        .actions())
                .isEmpty();
    }

    // Too much.

    @Test
    void nodeThatCameBackWithWhatWasReplacedIsRelieved() {
        assertThat(new Scene()
                        .newest(1)
                        .live(1)
                        .ended(1)
                        .versions(version(1, function("web", "a", 1)))
                        .containers(ready("c1", 1, "web"), ready("c2", 1, "web"))
                        .actions())
                .containsExactly(Scene.drain("c2", 0));
    }

    @Test
    void containersOfALostNodeLeaveTheRoutesOnceTheyAreReplaced() {
        Scene scene =
                new Scene().newest(1).live(1).ended(1).lost("node-9").versions(version(1, function("web", "a", 1)));
        assertThat(scene.containers(ready("c1", 1, "web", "node-9"), starting("c2", 1, "web"))
                        .actions())
                .as("it may be all that answers")
                .isEmpty();
        assertThat(scene.containers(ready("c1", 1, "web", "node-9"), ready("c2", 1, "web"))
                        .actions())
                .containsExactly(Scene.drain("c1", 0));
    }
}
