package dev.berth.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.name.ImageKey;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Driver;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.Image;
import dev.berth.scheduler.fleet.Kind;
import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.Sighting;
import dev.berth.scheduler.fleet.VersionSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Of the images that a node holds, its order says which no app needs. */
class KeptImagesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final AppId DEMO = new AppId("main", "demo", "life-1");
    private static final AppId OTHER = new AppId("main", "other", "life-1");
    private static final int NEWEST = 3;

    private final Cluster cluster = new Cluster(
            3,
            10,
            new Cluster.Patience(Duration.ofSeconds(3), Duration.ofSeconds(15), Duration.ofMinutes(10)),
            NEWEST,
            () -> "c-1",
            START);
    private long beats;

    private static Instant at(int seconds) {
        return START.plusSeconds(seconds);
    }

    private static String image(int number) {
        return "acme/web@sha256:" + "%02x".formatted(number).repeat(32);
    }

    private static Set<Long> keys(int... numbers) {
        return Arrays.stream(numbers)
                .mapToObj(number -> ImageKey.of(image(number)))
                .collect(Collectors.toSet());
    }

    private static VersionSpec version(int version, int repeats) {
        FunctionSpec web = new FunctionSpec(
                "web",
                "digest",
                new Kind.Web(0, List.of("demo"), false),
                1_000,
                1 << 20,
                1,
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                Optional.of(new Image("web:3", false)));
        return new VersionSpec(version, false, false, repeats, List.of(web));
    }

    /** One that serves its first version, and whose versions after it failed. */
    private void restore(AppId app, int begun, int... images) {
        cluster.restore(new Turn.AppRow(app, 1, begun), List.of(version(1, 0)), List.of(), List.of(), START);
        cluster.restorePins(IntStream.range(0, images.length)
                .mapToObj(i -> new Turn.PinRow(app, begun - images.length + 1 + i, "web:3", image(images[i])))
                .toList());
    }

    /** By a node on which nothing finds a place. */
    private Turn says(int seconds, Set<Long> images, NodeReport.Observed... seen) {
        cluster.node(
                new NodeReport(
                        "node-1",
                        "1",
                        ++beats,
                        3,
                        99,
                        "host-1",
                        50,
                        8L << 30,
                        List.of(),
                        List.of(new Driver(Driver.Kind.ENGINE, "")),
                        List.of(seen),
                        images),
                at(seconds));
        return cluster.turn(1_000, at(seconds));
    }

    private Set<Long> unneeded() {
        return cluster.order("node-1", at(0)).unneededImages();
    }

    @Test
    void newestVersionsTheLiveOneAndWhatOtherAppsNeedAreKept() {
        restore(DEMO, 6, 1, 2, 3, 4, 5, 6);
        restore(OTHER, 2, 7, 8);
        says(16, Set.of());
        Turn turn = says(17, keys(1, 2, 3, 4, 5, 6, 7, 8, 9));
        assertThat(turn.orders()).containsExactly("node-1");
        // The live version is the first of which an image is known.
        assertThat(unneeded()).isEqualTo(keys(2, 3, 9));
        assertThat(says(18, keys(1, 2, 3, 4, 5, 6, 7, 8, 9)).orders())
                .as("it is said already")
                .isEmpty();
        says(19, keys(2, 4));
        assertThat(unneeded()).as("only what the node holds").isEqualTo(keys(2));
        says(20, Set.of());
        assertThat(unneeded()).isEmpty();
    }

    @Test
    void versionsWithoutAnImageAreNotAmongTheNewest() {
        // The newest five were refused before anybody knew their images.
        restore(DEMO, 6, 1, 2, 3, 4, 5, 6);
        cluster.head(new AppHead(DEMO, 11, 11, Optional.empty()), cluster.ask());
        says(16, Set.of());
        says(17, keys(3, 4, 5, 6));
        assertThat(unneeded()).isEqualTo(keys(3));
    }

    @Test
    void nextVersionMakesAnOlderOnesImageUnneeded() {
        restore(DEMO, 6, 1, 2, 3, 4, 5, 6);
        says(16, Set.of());
        says(17, keys(4, 5, 6));
        assertThat(unneeded()).isEmpty();
        cluster.head(new AppHead(DEMO, 7, 7, Optional.empty()), cluster.ask());
        cluster.version(DEMO, version(7, 2));
        cluster.turn(1_000, at(18));
        assertThat(says(19, keys(2, 4, 5, 6)).orders()).containsExactly("node-1");
        assertThat(unneeded()).as("v7 has the image of v2").isEqualTo(keys(4));
    }

    @Test
    void imageOfTheVersionThatTheNextOneRepeatsIsKept() {
        restore(DEMO, 6, 1, 2, 3, 4, 5, 6);
        cluster.head(new AppHead(DEMO, 8, 8, Optional.empty()), cluster.ask());
        // What v7 repeats is not known yet, so v8 can't begin.
        cluster.version(DEMO, version(8, 2));
        says(16, Set.of());
        says(17, keys(2, 3));
        assertThat(unneeded()).isEqualTo(keys(3));
    }

    @Test
    void nothingIsUnneededUntilEveryNodeCouldBeHeardAndEveryAppIsKnown() {
        restore(DEMO, 6, 1, 2, 3, 4, 5, 6);
        says(14, keys(2));
        assertThat(unneeded()).isEmpty();
        says(15, keys(2));
        assertThat(unneeded()).isEqualTo(keys(2));
        says(
                16,
                keys(2),
                new NodeReport.Observed(
                        "c-9",
                        OTHER.name(),
                        1,
                        "web",
                        new Sighting.Ready(new dev.berth.scheduler.fleet.Address("10.0.0.1", 80))));
        assertThat(unneeded()).as("an app is missing").isEmpty();
    }

    @Test
    void anAppThatIsNoMoreNeedsNone() {
        restore(DEMO, 6, 1, 2, 3, 4, 5, 6);
        says(16, Set.of());
        cluster.head(new AppHead(DEMO, 6, 7, Optional.of("ada")), cluster.ask());
        says(17, keys(6));
        assertThat(unneeded()).as("a deploy may revive it").isEmpty();
        cluster.absent(DEMO.name(), cluster.ask(), at(18));
        says(19, keys(6));
        says(20, keys(6));
        assertThat(unneeded()).isEqualTo(keys(6));
    }
}
