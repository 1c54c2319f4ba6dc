package dev.berth.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouteSyncTest {
    private final RouteTable table = new RouteTable();
    private final RouteSync sync = new RouteSync(table);

    private static RouteTable.Change change(long epoch, long sequence) {
        return new RouteTable.Change(epoch, sequence, sequence - 1, "main", "app", List.of());
    }

    private Set<RouteSync.Act> load(long epoch, long sequence, boolean mayBeIncomplete, long now) {
        return sync.load(epoch, sequence, List.of(), mayBeIncomplete, now);
    }

    /** All routes of epoch 3 at sequence 9 are read at 10,000 and reported. */
    private void isInStep() {
        assertThat(sync.begin()).containsExactly(RouteSync.Act.READ);
        assertThat(load(3, 9, false, 10_000)).containsExactly(RouteSync.Act.REPORT);
        assertThat(sync.reported(10_001)).isEmpty();
    }

    @Test
    void nothingIsReportedBeforeAllRoutesWereRead() {
        assertThat(sync.begin()).containsExactly(RouteSync.Act.READ);
        assertThat(sync.report(100)).isEmpty();
        assertThat(sync.readFailed()).as("it has none: it asks until it has").containsExactly(RouteSync.Act.READ);
        assertThat(load(3, 9, false, 200)).containsExactly(RouteSync.Act.REPORT);
    }

    @Test
    void routesThatFollowAreAppliedAndReported() {
        isInStep();
        assertThat(sync.apply(change(3, 10), 10_100)).containsExactly(RouteSync.Act.REPORT);
        assertThat(table.sequence()).isEqualTo(10);
        assertThat(sync.apply(change(3, 10), 10_101)).as("said again").isEmpty();
        assertThat(sync.apply(change(2, 11), 10_102))
                .as("of a scheduler that was deposed")
                .isEmpty();
    }

    @Test
    void gapIsReadAndWhatComesMeanwhileIsReadAfterIt() {
        isInStep();
        assertThat(sync.apply(change(3, 12), 10_100)).containsExactly(RouteSync.Act.READ);
        assertThat(sync.apply(change(3, 14), 10_101))
                .as("one reading at a time")
                .isEmpty();
        assertThat(load(3, 12, false, 10_102)).containsExactlyInAnyOrder(RouteSync.Act.REPORT, RouteSync.Act.READ);
    }

    @Test
    void headThatIsAheadIsRead() {
        isInStep();
        assertThat(sync.head(3, 9)).isEmpty();
        assertThat(sync.head(2, 20)).as("of a scheduler that was deposed").isEmpty();
        assertThat(sync.head(3, 10)).containsExactly(RouteSync.Act.READ);
        assertThat(sync.readFailed()).as("the next head asks again").isEmpty();
        assertThat(sync.head(3, 10)).containsExactly(RouteSync.Act.READ);
    }

    @Test
    void oneReportAtATimeAndTheNewestAfterIt() {
        isInStep();
        assertThat(sync.report(10_500)).containsExactly(RouteSync.Act.REPORT);
        assertThat(sync.report(10_600)).isEmpty();
        assertThat(sync.report(10_601)).isEmpty();
        assertThat(sync.reported(10_700))
                .as("something was to be said meanwhile")
                .containsExactly(RouteSync.Act.REPORT);
        assertThat(sync.reported(10_800)).isEmpty();
    }

    @Test
    void afterAGapInItsReportsItReadsFirst() {
        isInStep();
        assertThat(sync.report(11_500)).containsExactly(RouteSync.Act.REPORT);
        sync.reportFailed();
        assertThat(sync.report(11_501)).containsExactly(RouteSync.Act.READ);
        assertThat(load(3, 9, false, 11_600)).containsExactly(RouteSync.Act.REPORT);
    }

    /** What counts is when it was begun: what it says is as old as that. */
    @Test
    void reportThatWasHeardLateConfirmsItsBegin() {
        isInStep();
        assertThat(sync.report(11_000)).containsExactly(RouteSync.Act.REPORT);
        assertThat(sync.reported(12_600)).isEmpty();
        assertThat(sync.report(12_601)).containsExactly(RouteSync.Act.READ);
    }

    @Test
    void olderAnswerChangesNothing() {
        isInStep();
        assertThat(sync.begin()).containsExactly(RouteSync.Act.READ);
        assertThat(load(3, 8, false, 10_100)).isEmpty();
        assertThat(load(2, 99, false, 10_200)).isEmpty();
        assertThat(table.sequence()).isEqualTo(9);
    }

    @Test
    void whatMayBeIncompleteIsAskedForAgain() {
        assertThat(sync.begin()).containsExactly(RouteSync.Act.READ);
        load(3, 9, true, 10_000);
        for (long now = 10_500; now < 15_000; now += 500) {
            sync.reported(now - 499);
            assertThat(sync.report(now)).containsExactly(RouteSync.Act.REPORT);
        }
        sync.reported(14_999);
        assertThat(sync.report(15_000)).containsExactly(RouteSync.Act.READ);
        load(3, 9, false, 15_010);
        sync.reported(15_011);
        assertThat(sync.report(15_500)).containsExactly(RouteSync.Act.REPORT);
    }

    @Test
    void oneThatEndsReportsNoMore() {
        isInStep();
        sync.end();
        assertThat(sync.report(10_500)).isEmpty();
        assertThat(sync.apply(change(3, 10), 10_501)).isEmpty();
    }
}
