package dev.berth.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Driver;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.Image;
import dev.berth.scheduler.fleet.Kind;
import dev.berth.scheduler.fleet.NodeCondition;
import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.Sighting;
import dev.berth.scheduler.fleet.VersionSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A node whose engine has no space left takes no new containers of images. */
class FullEngineDiskTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final AppId IMAGES = new AppId("main", "images", "life-1");
    private static final AppId PROCESSES = new AppId("main", "processes", "life-1");
    private static final NodeCondition FULL =
            new NodeCondition(NodeCondition.Kind.ENGINE_DISK, "disk full: 0 B of 40 GiB free under /var/lib/docker");

    private int ids;
    private long beats;
    private final Cluster cluster = new Cluster(
            3,
            10,
            new Cluster.Patience(Duration.ofSeconds(3), Duration.ofSeconds(15), Duration.ofMinutes(10)),
            3,
            () -> "c-" + ids++,
            START);

    private void deploy(AppId app, int version, Optional<Image> image) {
        cluster.head(new AppHead(app, version, version, Optional.empty()), cluster.ask());
        FunctionSpec web = new FunctionSpec(
                "web",
                "digest-" + version,
                new Kind.Web(0, List.of(app.app()), false),
                1_000,
                1 << 20,
                1,
                Duration.ofSeconds(20),
                Duration.ofSeconds(60),
                image);
        cluster.version(app, new VersionSpec(version, false, false, 0, List.of(web)));
    }

    private Turn says(int seconds, List<NodeCondition> conditions, NodeReport.Observed... seen) {
        cluster.node(
                new NodeReport(
                        "node-1",
                        "1",
                        ++beats,
                        3,
                        seconds,
                        "host-1",
                        8_000,
                        8L << 30,
                        conditions,
                        List.of(new Driver(Driver.Kind.PROCESS, ""), new Driver(Driver.Kind.ENGINE, "Docker 20.10.24")),
                        List.of(seen),
                        Set.of()),
                START.plusSeconds(seconds));
        return cluster.turn(1_000, START.plusSeconds(seconds));
    }

    @Test
    void processesAreStartedThereAndImagesWait() {
        says(0, List.of(FULL));
        deploy(IMAGES, 1, Optional.of(new Image("web:3", false)));
        deploy(PROCESSES, 1, Optional.empty());
        assertThat(cluster.turn(1_000, START).containers())
                .extracting(Container::app)
                .containsExactly(PROCESSES);
        assertThat(cluster.view().app(IMAGES.name()).orElseThrow().reasons())
                .singleElement()
                .asString()
                .contains("node-1", "takes no new containers: " + FULL.reason());
        assertThat(says(1, List.of()).containers())
                .as("there is space again")
                .extracting(Container::app)
                .contains(IMAGES);
    }

    @Test
    void whatRunsThereRunsOn() {
        says(0, List.of());
        deploy(IMAGES, 1, Optional.of(new Image("web:3", false)));
        cluster.turn(1_000, START);
        NodeReport.Observed runs = new NodeReport.Observed(
                "c-0", IMAGES.name(), 1, "web", new Sighting.Ready(new Address("10.0.0.1", 80)), Optional.empty());
        says(1, List.of(), runs);
        says(2, List.of(FULL), runs);
        assertThat(cluster.order("node-1", START).containers())
                .singleElement()
                .returns("c-0", Container::id)
                .satisfies(container -> assertThat(container.goal()).isInstanceOf(Goal.Run.class));
    }
}
