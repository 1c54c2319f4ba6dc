package dev.berth.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Driver;
import dev.berth.scheduler.fleet.Ending;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.Image;
import dev.berth.scheduler.fleet.Kind;
import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.Sighting;
import dev.berth.scheduler.fleet.VersionSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A version stays what it was: the image that a name meant at first is the image of all its containers. */
class PinnedImagesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final AppId DEMO = new AppId("main", "demo", "life-1");
    private static final String FIRST = "web@sha256:1";
    private static final String MOVED = "web@sha256:2";
    private Cluster cluster = cluster(3);
    private int ids;
    private long beats;

    private Cluster cluster(long epoch) {
        return new Cluster(
                epoch,
                10,
                new Cluster.Patience(Duration.ofSeconds(3), Duration.ofSeconds(15), Duration.ofMinutes(10)),
                3,
                () -> "c-" + ids++,
                START);
    }

    private static Instant at(double seconds) {
        return START.plusMillis(Math.round(seconds * 1_000));
    }

    private Turn turn(double at) {
        return cluster.turn(1_000, at(at));
    }

    /** The leader's own head comes back twice a second. */
    private void listen(double from, double to) {
        for (double at = from; at <= to; at += 0.5) {
            cluster.heardHead(at(at));
            turn(at);
        }
    }

    private static FunctionSpec web(int containers) {
        return new FunctionSpec(
                "web",
                "digest",
                new Kind.Web(0, List.of("demo"), false),
                1_000,
                1 << 20,
                containers,
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                Optional.of(new Image("web:3", false)));
    }

    private static VersionSpec version(int version, int repeats, int containers) {
        return new VersionSpec(version, false, false, repeats, List.of(web(containers)));
    }

    private void newest(VersionSpec spec) {
        cluster.head(new AppHead(DEMO, spec.version(), spec.version(), Optional.empty()), cluster.ask());
        cluster.version(DEMO, spec);
    }

    /** Two containers fit on it. */
    private void node(double at, String node, long generation, NodeReport.Observed... seen) {
        cluster.node(
                new NodeReport(
                        node,
                        "1",
                        ++beats,
                        cluster.epoch(),
                        generation,
                        "host-of-" + node,
                        2_000,
                        8L << 30,
                        List.of(),
                        List.of(new Driver(Driver.Kind.ENGINE, "")),
                        List.of(seen),
                        Set.of()),
                at(at));
    }

    private static NodeReport.Observed seen(String id, int version, Sighting sighting, String image) {
        return new NodeReport.Observed(
                id, DEMO.name(), version, "web", sighting, image.isEmpty() ? Optional.empty() : Optional.of(image));
    }

    private static NodeReport.Observed pulled(String id, int version, String image) {
        return seen(id, version, new Sighting.Starting("waits for the scheduler"), image);
    }

    private static NodeReport.Observed ready(String id, int version, String image) {
        return seen(id, version, new Sighting.Ready(new Address("10.0.0.1", 80)), image);
    }

    private List<Optional<String>> ordered(String node) {
        return cluster.order(node, at(0)).containers().stream()
                .map(cluster::image)
                .toList();
    }

    private static List<Turn.PinRow> pinned(int version, String image) {
        return List.of(new Turn.PinRow(DEMO, version, "web:3", image));
    }

    @Test
    void firstWordAboutAnImageIsCommittedAndOrderedOnEveryNode() {
        node(0, "node-1", 0);
        node(0, "node-2", 0);
        newest(version(1, 0, 3));
        assertThat(turn(0.1).orders()).containsExactlyInAnyOrder("node-1", "node-2");
        assertThat(ordered("node-1")).isNotEmpty().containsOnly(Optional.empty());
        node(1, "node-1", 1, pulled("c-0", 1, FIRST));
        Turn turn = turn(1);
        assertThat(turn.changes()).isTrue();
        assertThat(turn.pins()).isEqualTo(pinned(1, FIRST));
        assertThat(turn.orders()).containsExactlyInAnyOrder("node-1", "node-2");
        assertThat(ordered("node-1")).isNotEmpty().containsOnly(Optional.of(FIRST));
        assertThat(ordered("node-2")).isNotEmpty().containsOnly(Optional.of(FIRST));
    }

    @Test
    void laterWordsChangeNothing() {
        node(0, "node-1", 0);
        newest(version(1, 0, 1));
        turn(0.1);
        node(1, "node-1", 1, pulled("c-0", 1, FIRST));
        turn(1);
        node(2, "node-1", 2, pulled("c-0", 1, MOVED));
        Turn turn = turn(2);
        assertThat(turn.pins()).isEmpty();
        assertThat(turn.orders()).isEmpty();
        assertThat(ordered("node-1")).containsExactly(Optional.of(FIRST));
    }

    @Test
    void nextLeaderOrdersTheSameImage() {
        node(0, "node-1", 0);
        newest(version(1, 0, 1));
        Turn first = turn(0.1);
        node(1, "node-1", 1, pulled("c-0", 1, FIRST));
        Turn second = turn(1);
        cluster = cluster(4);
        cluster.restore(
                new Turn.AppRow(DEMO, 0, 1),
                first.versions().stream().map(Turn.VersionRow::spec).toList(),
                first.rollouts().stream().map(Turn.RolloutRow::rollout).toList(),
                first.containers(),
                START);
        cluster.restorePins(second.pins());
        cluster.restored(true);
        node(2, "node-1", 1, pulled("c-0", 1, MOVED));
        assertThat(turn(2).pins()).isEmpty();
        assertThat(ordered("node-1")).containsExactly(Optional.of(FIRST));
    }

    private void serve() {
        node(0, "node-1", 0);
        newest(version(1, 0, 1));
        listen(0, 4);
        node(4, "node-1", 1, ready("c-0", 1, FIRST));
        listen(4, 4.5);
        assertThat(cluster.view().app(DEMO.name())).get().returns(1, AppView::live);
    }

    @Test
    void versionThatWasDeployedAnewFindsOutForItself() {
        serve();
        newest(version(2, 0, 1));
        Turn turn = turn(5);
        assertThat(turn.pins()).isEmpty();
        node(6, "node-1", 2, ready("c-0", 1, FIRST), pulled("c-1", 2, MOVED));
        assertThat(turn(6).pins()).isEqualTo(pinned(2, MOVED));
        assertThat(ordered("node-1")).containsExactly(Optional.of(FIRST), Optional.of(MOVED));
    }

    @Test
    void copyHasTheImageOfWhatItRepeatsBeforeItsFirstOrder() {
        serve();
        newest(version(2, 1, 1));
        Turn turn = turn(5);
        assertThat(turn.pins()).isEqualTo(pinned(2, FIRST));
        assertThat(turn.orders()).containsExactly("node-1");
        assertThat(ordered("node-1")).containsExactly(Optional.of(FIRST), Optional.of(FIRST));
    }

    @Test
    void rollbackFindsTheImageOfAVersionWhoseSpecWasForgotten() {
        serve();
        newest(version(2, 0, 1));
        turn(5);
        node(6, "node-1", 2, ready("c-0", 1, FIRST), ready("c-1", 2, MOVED));
        listen(6, 7);
        node(8, "node-1", 3, ready("c-1", 2, MOVED));
        listen(8, 30);
        node(30, "node-1", 9, ready("c-1", 2, MOVED));
        assertThat(turn(30).unneeded()).contains(new Turn.VersionKey(DEMO, 1));
        newest(version(3, 1, 1));
        assertThat(turn(31).pins()).isEqualTo(pinned(3, FIRST));
    }

    @Test
    void copyOfACopyThatNeverBeganHasTheImageOfTheFirst() {
        serve();
        cluster.head(new AppHead(DEMO, 3, 3, Optional.empty()), cluster.ask());
        cluster.version(DEMO, version(3, 2, 1));
        assertThat(cluster.lacks(DEMO)).as("what v2 was").isEqualTo(OptionalInt.of(2));
        assertThat(turn(5).rollouts()).as("begun without that").isEmpty();
        cluster.version(DEMO, version(2, 1, 1));
        assertThat(cluster.lacks(DEMO)).isEmpty();
        assertThat(turn(6).pins()).isEqualTo(pinned(3, FIRST));
    }

    @Test
    void wordAboutAContainerThatIsToEndCountsForNothing() {
        node(0, "node-1", 0);
        newest(version(1, 0, 1));
        turn(0.1);
        newest(version(2, 1, 1));
        turn(1);
        node(2, "node-1", 2, pulled("c-0", 1, FIRST), pulled("c-1", 2, MOVED));
        assertThat(turn(2).pins()).isEqualTo(pinned(2, MOVED));
    }

    @Test
    void imagesOfAnAppGoWithIt() {
        serve();
        cluster.head(new AppHead(DEMO, 2, 1, Optional.of("ada")), cluster.ask());
        turn(5);
        cluster.absent(DEMO.name(), cluster.ask(), at(6));
        listen(6, 40);
        node(41, "node-1", 9);
        assertThat(turn(41).forgotten()).containsExactly(DEMO);
        AppId again = new AppId("main", "demo", "life-2");
        cluster.head(new AppHead(again, 1, 2, Optional.empty()), cluster.ask());
        cluster.version(again, version(2, 1, 1));
        cluster.version(again, version(1, 0, 1));
        assertThat(turn(42).pins()).isEmpty();
    }

    @Test
    void hopelessContainerFailsItsRolloutInItsOwnWords() {
        node(0, "node-1", 0);
        newest(version(1, 0, 1));
        turn(0.1);
        node(1, "node-1", 1, seen("c-0", 1, new Sighting.Gone(new Ending.Hopeless("no such image")), ""));
        turn(1);
        assertThat(cluster.view().app(DEMO.name()).orElseThrow().reasons())
                .containsExactly("the rollout of v1 failed: function web can't start: no such image");
    }

    @Test
    void hopelessReplacementIsTriedAgainAndSaid() {
        serve();
        node(5, "node-1", 2, seen("c-0", 1, new Sighting.Gone(new Ending.Crashed("exited with status 3")), FIRST));
        turn(5);
        listen(5.5, 6);
        node(6, "node-1", 3, seen("c-1", 1, new Sighting.Gone(new Ending.Hopeless("only on node-2")), ""));
        turn(6);
        assertThat(cluster.view().app(DEMO.name()).orElseThrow().reasons())
                .containsExactly("function web of v1 can't start, trying again at " + at(7) + ": only on node-2");
        assertThat(turn(7).containers())
                .singleElement()
                .returns(Optional.of(FIRST), container -> cluster.image(container));
    }

    private void recreate() {
        serve();
        newest(new VersionSpec(2, false, true, 0, List.of(web(1))));
        turn(5);
    }

    private List<Goal> goals() {
        return cluster.order("node-1", at(0)).containers().stream()
                .map(Container::goal)
                .toList();
    }

    @Test
    void recreateHasItsImageBeforeItEndsWhatServes() {
        recreate();
        assertThat(goals()).containsExactly(new Goal.Run(), new Goal.Fetch());
        node(6, "node-1", 2, ready("c-0", 1, FIRST), pulled("c-1", 2, MOVED));
        assertThat(turn(6).pins()).isEqualTo(pinned(2, MOVED));
        assertThat(ordered("node-1")).containsExactly(Optional.of(FIRST), Optional.of(MOVED));
        assertThat(goals()).containsExactly(new Goal.Run(), new Goal.Fetch());
        Sighting here = new Sighting.Gone(new Ending.Stopped("what it needs is here"));
        node(7, "node-1", 3, ready("c-0", 1, FIRST), seen("c-1", 2, here, MOVED));
        turn(7);
        assertThat(goals()).singleElement().isInstanceOf(Goal.Drain.class);
        listen(7.5, 40);
        node(40, "node-1", 9);
        turn(40);
        assertThat(cluster.order("node-1", at(40)).containers()).singleElement().satisfies(container -> {
            assertThat(container.version()).isEqualTo(2);
            assertThat(container.goal()).isEqualTo(new Goal.Run());
            assertThat(cluster.image(container)).contains(MOVED);
        });
    }

    @Test
    void recreateWhoseImageCantBeHadLeavesWhatServes() {
        recreate();
        Sighting refused = new Sighting.Gone(new Ending.Hopeless("no such image"));
        node(6, "node-1", 2, ready("c-0", 1, FIRST), seen("c-1", 2, refused, ""));
        turn(6);
        assertThat(goals()).containsExactly(new Goal.Run());
        assertThat(cluster.view().app(DEMO.name()).orElseThrow().reasons())
                .containsExactly("the rollout of v2 failed: function web can't start: no such image");
    }

    @Test
    void peopleSeeTheImage() {
        node(0, "node-1", 0);
        newest(version(1, 0, 1));
        turn(0.1);
        cluster.view().take();
        node(1, "node-1", 1, pulled("c-0", 1, FIRST));
        turn(1);
        ClusterView.Shown shown = cluster.view().take();
        assertThat(shown.nodes()).singleElement().satisfies(node -> {
            Container container = node.containers().getFirst();
            assertThat(node.images()).containsEntry(container.id(), FIRST);
        });
        assertThat(shown.apps())
                .singleElement()
                .satisfies(app -> assertThat(app.pins().of(1)).containsEntry("web:3", FIRST))
                .satisfies(app -> assertThat(app.progress())
                        .isEqualTo("0 of 1 containers of v1 ready (c-0 starts: waits for the scheduler)"));
    }
}
