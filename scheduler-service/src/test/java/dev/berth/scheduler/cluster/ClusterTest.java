package dev.berth.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Driver;
import dev.berth.scheduler.fleet.Ending;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.GatewayReport;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.Image;
import dev.berth.scheduler.fleet.Kind;
import dev.berth.scheduler.fleet.NodeCondition;
import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.NodeState;
import dev.berth.scheduler.fleet.Seen;
import dev.berth.scheduler.fleet.Sighting;
import dev.berth.scheduler.fleet.VersionSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ClusterTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final AppId DEMO = new AppId("main", "demo", "life-1");
    private final Cluster cluster = new Cluster(
            3,
            10,
            new Cluster.Patience(Duration.ofSeconds(3), Duration.ofSeconds(15), Duration.ofMinutes(10)),
            3,
            this::id,
            START);
    private static final List<Driver> PROCESSES = List.of(new Driver(Driver.Kind.PROCESS, ""));
    private List<Driver> drivers = PROCESSES;
    private int ids;
    private long beats;

    private String id() {
        return "c-" + ids++;
    }

    private static Instant at(double seconds) {
        return START.plusMillis(Math.round(seconds * 1_000));
    }

    private Turn turn(double at) {
        return cluster.turn(1_000, at(at));
    }

    private void node(double at, long epoch, long generation, NodeReport.Observed... seen) {
        cluster.node(
                new NodeReport(
                        "node-1",
                        "1",
                        ++beats,
                        epoch,
                        generation,
                        "host-1",
                        4_000,
                        8L << 30,
                        List.of(),
                        drivers,
                        List.of(seen),
                        Set.of()),
                at(at));
    }

    private static NodeReport.Observed ready(String id, String app) {
        return new NodeReport.Observed(
                id, new AppName("main", app), 1, "web", new Sighting.Ready(new Address("host", 9_000)));
    }

    private void deploy(AppId id, int version, FunctionSpec function) {
        cluster.head(new AppHead(id, version, version, Optional.empty()), cluster.ask());
        cluster.version(id, new VersionSpec(version, false, false, 0, List.of(function)));
    }

    private static FunctionSpec web(String app, int port) {
        return web(app, port, Duration.ofSeconds(5));
    }

    /** It waits for a place for long. */
    private static FunctionSpec patient(String app, int port) {
        return web(app, port, Duration.ofMinutes(30));
    }

    private static FunctionSpec web(String app, int port, Duration startupTimeout) {
        return new FunctionSpec(
                "web",
                "digest",
                new Kind.Web(port, List.of(app), false),
                100,
                1 << 20,
                1,
                Duration.ofSeconds(20),
                startupTimeout,
                Optional.empty());
    }

    /** The leader's own head comes back twice a second. */
    private void listen(double from, double to) {
        for (double at = from; at <= to; at += 0.5) {
            cluster.heardHead(at(at));
            turn(at);
        }
    }

    @Test
    void orderWaitsUntilItsNodeWasHeard() {
        node(0, 3, 0);
        deploy(DEMO, 1, web("demo", 0));
        Turn first = turn(0.1);
        assertThat(first.orders()).containsExactly("node-1");
        Cluster next = new Cluster(
                4,
                10,
                new Cluster.Patience(Duration.ofSeconds(3), Duration.ofSeconds(15), Duration.ofMinutes(10)),
                3,
                this::id,
                START);
        next.restore(
                new Turn.AppRow(DEMO, 0, 1),
                first.versions().stream().map(Turn.VersionRow::spec).toList(),
                first.rollouts().stream().map(Turn.RolloutRow::rollout).toList(),
                first.containers(),
                START);
        next.restored(true);
        assertThat(next.turn(1_000, at(0.2)).orders())
                .as("nobody knows yet what else it runs")
                .isEmpty();
        next.node(
                new NodeReport(
                        "node-1", "1", 99, 3, 1, "host-1", 4_000, 8L << 30, List.of(), PROCESSES, List.of(), Set.of()),
                at(0.3));
        assertThat(next.turn(1_000, at(0.3)).orders()).containsExactly("node-1");
    }

    @Test
    void busThatMayHaveLostEverythingIsToldEveryOrderAnew() {
        node(0, 3, 0);
        deploy(DEMO, 1, web("demo", 0));
        assertThat(turn(0.1).orders()).containsExactly("node-1");
        node(0.2, 3, 1, ready("c-0", "demo"));
        turn(0.2);
        assertThat(turn(0.3).orders()).as("it has it").isEmpty();
        cluster.repeatOrders();
        assertThat(turn(0.4).orders()).containsExactly("node-1");
    }

    @Test
    void leaderThatStoodStillLosesNoNode() {
        node(0, 3, 0);
        turn(0);
        cluster.deaf(at(20));
        turn(20);
        assertThat(cluster.view().nodes()).singleElement().returns(NodeState.READY, NodeView::state);
        turn(36);
        assertThat(cluster.view().nodes())
                .as("it was listened to for 15 s")
                .singleElement()
                .returns(NodeState.LOST, NodeView::state);
    }

    @Test
    void readyContainersThatTheDatabaseDoesNotKnowGoOnForAWhile() {
        node(0, 3, 0, ready("c-old", "ghost"));
        Turn turn = turn(0);
        assertThat(turn.orders()).contains("node-1");
        assertThat(cluster.order("node-1", at(0)).strangers())
                .extracting(Stranger::id)
                .containsExactly("c-old");
        assertThat(cluster.view().nodes())
                .flatExtracting(NodeView::strangers)
                .extracting(Stranger::until)
                .containsExactly(at(600));
        assertThat(cluster.mayBeIncomplete(at(500))).isTrue();
        node(599, 3, 1, ready("c-old", "ghost"));
        turn(599);
        assertThat(cluster.order("node-1", at(599)).strangers()).hasSize(1);
        assertThat(turn(600).orders()).contains("node-1");
        assertThat(cluster.order("node-1", at(600)).strangers()).isEmpty();
        node(601, 3, 2, ready("c-old", "ghost"));
        turn(601);
        assertThat(cluster.order("node-1", at(601)).strangers())
                .as("its time is over")
                .isEmpty();
        assertThat(cluster.mayBeIncomplete(at(601))).isFalse();
    }

    @Test
    void leftoverOfAnAppThatServesIsStoppedAtOnce() {
        serve(DEMO);
        node(9, 3, 9, ready("c-0", "demo"), ready("c-left", "demo"));
        turn(9);
        assertThat(cluster.order("node-1", at(9)).strangers()).isEmpty();
    }

    private void serve(AppId id) {
        node(0, 3, 0);
        deploy(id, 1, web(id.app(), 0));
        listen(0, 4);
        node(4, 3, 1, ready("c-0", id.app()));
        listen(4, 4.5);
        assertThat(cluster.view().app(id.name()))
                .get()
                .returns(1, AppView::live)
                .returns(0, AppView::rolling);
    }

    @Test
    void appThatTheRegistryDoesNotKnowAnyMoreServesOnForAWhileWithThatReason() {
        serve(DEMO);
        cluster.absent(DEMO.name(), cluster.ask(), at(5));
        turn(5);
        assertThat(cluster.view().app(DEMO.name()))
                .get()
                .returns(1, AppView::live)
                .satisfies(app ->
                        assertThat(app.reasons()).singleElement().asString().contains("the registry does not know"));
        cluster.head(new AppHead(DEMO, 2, 1, Optional.empty()), cluster.ask());
        turn(6);
        assertThat(cluster.view().app(DEMO.name()).orElseThrow().reasons())
                .as("it does again")
                .isEmpty();
        cluster.absent(DEMO.name(), cluster.ask(), at(7));
        turn(606);
        assertThat(cluster.view().app(DEMO.name()).orElseThrow().live()).isEqualTo(1);
        turn(607);
        assertThat(cluster.view().app(DEMO.name()))
                .get()
                .as("ten minutes later")
                .returns(0, AppView::live);
    }

    @Test
    void nameThatIsUsedAgainRunsThoughItsFormerLifeHasNotEnded() {
        serve(DEMO);
        AppId again = new AppId("main", "demo", "life-2");
        cluster.head(new AppHead(DEMO, 2, 1, Optional.of("ada")), cluster.ask());
        deploy(again, 1, web("demo", 0));
        Turn turn = turn(5);
        assertThat(turn.apps()).contains(new Turn.AppRow(DEMO, 0, 1), new Turn.AppRow(again, 0, 1));
        assertThat(turn.containers())
                .extracting(container -> container.app().life(), container -> container.version())
                .contains(tuple("life-2", 1));
        assertThat(turn.routes())
                .last()
                .satisfies(routes -> assertThat(routes.functions())
                        .allSatisfy(function -> assertThat(function.live()).isFalse()));
    }

    @Test
    void highestEpochThatAnybodyNamesIsKept() {
        assertThat(cluster.highestEpoch()).isEqualTo(3);
        node(0, 55, 8);
        assertThat(cluster.highestEpoch()).isEqualTo(55);
        cluster.gateway(new GatewayReport("g", "1", 1, 60, 900, Map.of(), false), at(0));
        assertThat(cluster.highestEpoch()).isEqualTo(60);
        assertThat(cluster.highestSequence()).isEqualTo(900);
    }

    @Test
    void turnDecidesForSoManyAppsAndTheNextForTheRest() {
        node(0, 3, 0);
        for (int i = 0; i < 5; i++) {
            AppId id = new AppId("main", "app-" + i, "life");
            deploy(id, 1, web("app-" + i, 0));
        }
        Turn first = cluster.turn(2, at(0));
        assertThat(first.apps()).hasSize(2);
        assertThat(first.wakeAt()).contains(at(0));
        assertThat(cluster.turn(2, at(0)).apps()).hasSize(2);
        assertThat(cluster.turn(2, at(0)).apps()).hasSize(1);
    }

    @Test
    void nodeWithAFullDiskKeepsWhatItHasAndTakesNothingNew() {
        node(0, 3, 0);
        deploy(DEMO, 1, patient("demo", 0));
        assertThat(turn(0.1).containers()).hasSize(1);
        String reason = "disk full: 0 B of 40 GiB free under /srv";
        full(0.2, 1, reason, ready("c-0", "demo"));
        AppId other = new AppId("main", "other", "life");
        deploy(other, 1, patient("other", 0));
        Turn full = turn(0.3);
        assertThat(full.containers())
                .as("what it has serves on, and nothing is placed there")
                .extracting(container -> container.app())
                .containsOnly(DEMO);
        assertThat(full.containers()).allMatch(container -> container.goal() instanceof Goal.Run);
        assertThat(cluster.view().app(other.name()).orElseThrow().reasons())
                .singleElement()
                .asString()
                .contains("node-1 takes no new containers: " + reason);
        assertThat(cluster.view().node("node-1").orElseThrow().conditions()).containsExactly(reason);
        node(0.4, 3, 1, ready("c-0", "demo"));
        assertThat(turn(0.5).containers())
                .extracting(container -> container.app())
                .containsExactly(other);
        assertThat(cluster.view().node("node-1").orElseThrow().conditions()).isEmpty();
    }

    private static final Driver DOCKER = new Driver(Driver.Kind.ENGINE, "Docker 20.10.24");

    private static FunctionSpec imaged(String app, int port, boolean hostNetwork) {
        FunctionSpec web = patient(app, port);
        return new FunctionSpec(
                web.name(),
                web.digest(),
                web.kind(),
                web.cpuMillis(),
                web.memoryBytes(),
                web.minContainers(),
                web.timeout(),
                web.startupTimeout(),
                Optional.of(new Image("ghcr.io/acme/web:3", hostNetwork)));
    }

    private List<String> reasons(AppId app) {
        return cluster.view().app(app.name()).orElseThrow().reasons();
    }

    @Test
    void imageWaitsForANodeWithAnEngine() {
        node(0, 3, 0);
        deploy(DEMO, 1, imaged("demo", 0, false));
        assertThat(turn(0.1).containers()).isEmpty();
        assertThat(reasons(DEMO))
                .singleElement()
                .asString()
                .endsWith("needs a container engine (image ghcr.io/acme/web:3): no node has one; "
                        + "install Docker or Podman on a node");
        drivers = List.of(PROCESSES.getFirst(), DOCKER);
        node(1, 3, 0);
        assertThat(turn(1).containers()).singleElement().returns("node-1", Container::node);
        assertThat(cluster.view().node("node-1").orElseThrow().drivers()).isEqualTo(drivers);
        AppId other = new AppId("main", "other", "life-1");
        drivers = PROCESSES;
        node(2, 3, 1);
        deploy(other, 1, imaged("other", 0, false));
        assertThat(turn(2).containers()).as("it has gone").isEmpty();
    }

    @Test
    void processWaitsForANodeThatRunsProcesses() {
        drivers = List.of(DOCKER);
        node(0, 3, 0);
        deploy(DEMO, 1, patient("demo", 0));
        assertThat(turn(0.1).containers()).isEmpty();
        assertThat(reasons(DEMO))
                .singleElement()
                .asString()
                .endsWith("needs a node that runs processes: none does; allow them on a node, or give the function an "
                        + "image");
    }

    @Test
    void whereSomeNodesHaveAnEngineItIsSaidWhichLackIt() {
        node(0, 3, 0);
        cluster.node(
                new NodeReport(
                        "node-2",
                        "1",
                        1,
                        3,
                        0,
                        "host-2",
                        50,
                        8L << 30,
                        List.of(),
                        List.of(DOCKER),
                        List.of(),
                        Set.of()),
                at(0));
        deploy(DEMO, 1, imaged("demo", 0, false));
        turn(0.1);
        assertThat(reasons(DEMO))
                .singleElement()
                .asString()
                .endsWith("needs a container engine (image ghcr.io/acme/web:3), 0.1 CPU and 1 MiB; "
                        + "node-2 has 0.05 of its 0.05 CPU free; node-1 has no container engine");
    }

    @Test
    void onABridgeEachContainerHasAFixedPortOfItsOwn() {
        AppId other = new AppId("main", "other", "life-1");
        AppId process = new AppId("main", "process", "life-1");
        drivers = List.of(PROCESSES.getFirst(), DOCKER);
        node(0, 3, 0);
        deploy(DEMO, 1, imaged("demo", 8_000, false));
        deploy(other, 1, imaged("other", 8_000, false));
        deploy(process, 1, patient("process", 8_000));
        assertThat(turn(0.1).containers()).hasSize(3);
        NodeReport.Observed bridged = new NodeReport.Observed(
                "c-0", DEMO.name(), 1, "web", new Sighting.Ready(new Address("172.30.0.2", 8_000)));
        NodeReport.Observed others = new NodeReport.Observed(
                "c-1", other.name(), 1, "web", new Sighting.Ready(new Address("172.30.0.3", 8_000)));
        node(1, 3, 1, bridged, others);
        assertThat(turn(1).routes())
                .as("a route leads where the container said it is")
                .flatExtracting(Routes::functions)
                .flatExtracting(Routes.Function::containers)
                .extracting(Routes.Serving::at)
                .contains(new Address("172.30.0.2", 8_000), new Address("172.30.0.3", 8_000));
        assertThat(cluster.order("node-1", at(1)).keptPorts())
                .as("of its host they use none")
                .isEmpty();
        assertThat(cluster.order("node-1", at(1)).keptHosts()).containsExactly("172.30.0.2", "172.30.0.3");
    }

    @Test
    void addressOnABridgeIsKeptOnItsNodeUntilEveryGatewayKnowsThatItsContainerLeft() {
        drivers = List.of(DOCKER);
        cluster.node(
                new NodeReport(
                        "node-2", "1", 1, 3, 0, "host-2", 50, 8L << 30, List.of(), PROCESSES, List.of(), Set.of()),
                at(0));
        node(0, 3, 0);
        deploy(DEMO, 1, imaged("demo", 8_000, false));
        listen(0, 4);
        Address left = new Address("172.30.0.2", 8_000);
        node(4, 3, 1, new NodeReport.Observed("c-0", DEMO.name(), 1, "web", new Sighting.Ready(left)));
        gateway("g", 1, 10, 4);
        turn(4);
        node(5, 3, 1);
        Turn gone = turn(5);
        assertThat(gone.kept().vacated())
                .singleElement()
                .returns(left, Vacated::at)
                .returns("node-1", Vacated::node);
        assertThat(cluster.order("node-1", at(5)).keptHosts()).containsExactly("172.30.0.2");
        assertThat(cluster.order("node-2", at(5)).keptHosts())
                .as("it has a bridge of its own")
                .isEmpty();
        cluster.heardHead(at(5.1));
        gateway("g", 2, gone.sequence(), 5.1);
        turn(5.1);
        assertThat(cluster.order("node-1", at(5.2)).keptHosts()).isEmpty();
    }

    @Test
    void onTheNodesNetworkAFixedPortIsOneContainers() {
        AppId other = new AppId("main", "other", "life-1");
        drivers = List.of(PROCESSES.getFirst(), DOCKER);
        node(0, 3, 0);
        deploy(DEMO, 1, imaged("demo", 8_000, true));
        deploy(other, 1, patient("other", 8_000));
        assertThat(turn(0.1).containers()).singleElement().returns(DEMO, Container::app);
        assertThat(reasons(other)).singleElement().asString().contains("has port 8000 held by main/demo v1");
    }

    private void full(double at, long generation, String reason, NodeReport.Observed... seen) {
        cluster.node(
                new NodeReport(
                        "node-1",
                        "1",
                        ++beats,
                        3,
                        generation,
                        "host-1",
                        4_000,
                        8L << 30,
                        List.of(new NodeCondition(NodeCondition.Kind.DISK, reason)),
                        drivers,
                        List.of(seen),
                        Set.of()),
                at(at));
    }

    @Test
    void appWhoseSpecIsMissingIsSetAsideWithItsReasonAndTheOthersGoOn() {
        node(0, 3, 0);
        cluster.restore(new Turn.AppRow(DEMO, 4, 4), List.of(), List.of(), List.of(), START);
        cluster.restored(true);
        AppId other = new AppId("main", "other", "life");
        deploy(other, 1, web("other", 0));
        Turn turn = turn(0.1);
        assertThat(turn.faults()).extracting(Turn.Fault::id).containsExactly(DEMO);
        assertThat(cluster.view().app(DEMO.name()).orElseThrow().reasons())
                .singleElement()
                .asString()
                .contains("the specs of versions [4] are not here");
        assertThat(turn.containers()).extracting(container -> container.app()).containsExactly(other);
        assertThat(cluster.missing()).containsExactly(new Turn.VersionKey(DEMO, 4));
        assertThat(cluster.allRoutes())
                .as("gateways keep what they have of it")
                .extracting(Routes::app)
                .doesNotContain(DEMO.name());
    }

    /** v1 of the app on port 8,000, which two gateways know; then one of them falls silent, and the app is stopped. */
    private long stopWhileOneGatewayIsSilent() {
        node(0, 3, 0);
        deploy(DEMO, 1, web("demo", 8_000));
        listen(0, 4);
        gateway("quick", 1, 10, 4);
        gateway("silent", 1, 10, 4);
        node(4, 3, 1, at8000("c-0", "demo"));
        long live = turn(4).sequence();
        gateway("quick", 2, live, 4.1);
        gateway("silent", 2, live, 4.1);
        turn(4.1);
        cluster.head(new AppHead(DEMO, 2, 1, Optional.of("ada")), cluster.ask());
        long draining = turn(5).sequence();
        gateway("quick", 3, draining, 5.1);
        turn(5.1);
        for (double at = 5.5; at < 8; at += 0.5) {
            cluster.heardHead(at(at));
            gateway("quick", 4 + (long) (at * 2), draining, at);
            turn(at);
        }
        long stopped = turn(8).sequence();
        assertThat(cluster.order("node-1", at(8)).containers())
                .extracting(one -> one.goal())
                .containsExactly(new Goal.Stop());
        cluster.heardHead(at(8));
        gateway("quick", 30, stopped, 8);
        node(
                8.5,
                3,
                3,
                new NodeReport.Observed("c-0", DEMO.name(), 1, "web", new Sighting.Gone(new Ending.Stopped(""))));
        return stopped;
    }

    private void gateway(String name, long status, long sequence, double at) {
        cluster.gateway(new GatewayReport(name, "1", status, 3, sequence, Map.of(), false), at(at));
    }

    private static NodeReport.Observed at8000(String id, String app) {
        return new NodeReport.Observed(
                id, new AppName("main", app), 1, "web", new Sighting.Ready(new Address("host-1", 8_000)));
    }

    @Test
    void portGoesToAnotherAppOnlyWhenTheSilentGatewayKnowsThatItsHolderLeft() {
        long stopped = stopWhileOneGatewayIsSilent();
        AppId other = new AppId("main", "other", "life");
        deploy(other, 1, patient("other", 8_000));
        Turn waits = turn(9);
        assertThat(waits.kept().vacated()).extracting(Vacated::at).containsExactly(new Address("host-1", 8_000));
        assertThat(waits.containers()).isEmpty();
        assertThat(cluster.view().app(other.name()).orElseThrow().reasons())
                .singleElement()
                .asString()
                .contains(
                        "port 8000 kept from other apps: main/demo has left it",
                        "silent, last heard at 2026-01-01T00:00:04.1",
                        "silent for 10 minutes");
        assertThat(cluster.order("node-1", at(9)).keptPorts()).containsExactly(8_000);
        cluster.heardHead(at(9));
        cluster.heardHead(at(10));
        gateway("silent", 3, stopped, 10);
        Turn placed = turn(10);
        assertThat(placed.kept().free()).containsExactly(new Address("host-1", 8_000));
        assertThat(placed.containers()).singleElement().returns(other, one -> one.app());
    }

    @Test
    void portIsItsOwnAppsAtOnce() {
        stopWhileOneGatewayIsSilent();
        cluster.head(new AppHead(DEMO, 3, 2, Optional.empty()), cluster.ask());
        cluster.version(DEMO, new VersionSpec(2, false, false, 0, List.of(web("demo", 8_000))));
        assertThat(turn(9).containers())
                .singleElement()
                .returns(8_000, one -> one.on().port());
    }

    @Test
    void portIsFreeWhenTheSilentGatewayEndsOrIsSilentForLong() {
        stopWhileOneGatewayIsSilent();
        AppId other = new AppId("main", "other", "life");
        deploy(other, 1, patient("other", 8_000));
        turn(9);
        for (double at = 9.5; at < 604; at += 0.5) {
            cluster.heardHead(at(at));
            node(at, 3, 4);
            gateway("quick", 100 + (long) (at * 2), cluster.sequence(), at);
            assertThat(turn(at).containers()).as("after %s s", at).isEmpty();
        }
        cluster.heardHead(at(604.2));
        assertThat(turn(604.2).containers()).singleElement().returns(other, one -> one.app());
    }

    @Test
    void nextLeaderKeepsThePortToo() {
        stopWhileOneGatewayIsSilent();
        Turn last = turn(9);
        Cluster next = new Cluster(
                4,
                last.sequence(),
                new Cluster.Patience(Duration.ofSeconds(3), Duration.ofSeconds(15), Duration.ofMinutes(10)),
                3,
                this::id,
                at(20));
        next.restore(last.kept().vacated(), List.of("quick", "silent"));
        next.restored(true);
        AppId other = new AppId("main", "other", "life");
        next.head(new AppHead(other, 1, 1, Optional.empty()), next.ask());
        next.version(other, new VersionSpec(1, false, false, 0, List.of(patient("other", 8_000))));
        next.node(
                new NodeReport(
                        "node-1", "1", 99, 3, 1, "host-1", 4_000, 8L << 30, List.of(), PROCESSES, List.of(), Set.of()),
                at(20));
        for (double at = 20; at < 30; at += 0.5) {
            next.heardHead(at(at));
            next.gateway(
                    new GatewayReport("quick", "1", 100 + (long) (at * 2), 3, next.sequence(), Map.of(), false),
                    at(at));
            assertThat(next.turn(1_000, at(at)).containers())
                    .as("after %s s", at)
                    .isEmpty();
        }
        assertThat(next.allRoutes())
                .as("who keeps what is not named has to hear of it")
                .contains(new Routes(DEMO.name(), next.sequence(), next.sequence(), List.of()));
        assertThat(next.view().app(other.name()).orElseThrow().reasons())
                .singleElement()
                .asString()
                .contains("silent, not heard since this scheduler leads");
    }

    @Test
    void addressOfAContainerThatTheDatabaseDidNotKnowIsKeptUntilGatewaysHearThatItLeft() {
        listen(0, 16);
        node(16, 3, 0, ready("c-old", "ghost"));
        gateway("g", 1, 10, 16);
        turn(16);
        node(17, 3, 1);
        Turn left = turn(17);
        assertThat(left.routes())
                .singleElement()
                .returns(new AppName("main", "ghost"), Routes::app)
                .returns(List.of(), Routes::functions);
        assertThat(left.kept().vacated()).extracting(Vacated::at).containsExactly(new Address("host", 9_000));
        assertThat(cluster.allRoutes()).extracting(Routes::app).containsExactly(new AppName("main", "ghost"));
        gateway("g", 2, left.sequence(), 17.1);
        assertThat(turn(17.1).kept().free()).containsExactly(new Address("host", 9_000));
    }

    @Test
    void whatIsLeftOfAnAppThatTheDatabaseDoesNotKnowServesOnWhenOneOfItEnds() {
        NodeReport.Observed other = new NodeReport.Observed(
                "c-other", new AppName("main", "ghost"), 1, "web", new Sighting.Ready(new Address("host-1", 9_001)));
        listen(0, 16);
        node(16, 3, 0, at8000("c-old", "ghost"), other);
        gateway("g", 1, 10, 16);
        turn(16);
        node(17, 3, 1, other);
        Turn one = turn(17);
        assertThat(one.routes())
                .as("gateways go on by the routes that they have")
                .isEmpty();
        assertThat(cluster.allRoutes()).isEmpty();
        assertThat(cluster.order("node-1", at(17)).keptPorts()).containsExactly(8_000);
        gateway("g", 2, one.sequence(), 17.1);
        assertThat(turn(17.1).kept().free()).as("they still name it").isEmpty();
        cluster.heardHead(at(17.2));
        node(18, 3, 2);
        Turn both = turn(18);
        assertThat(both.routes()).singleElement().returns(List.of(), Routes::functions);
        gateway("g", 3, both.sequence(), 18.1);
        assertThat(turn(18.1).kept().free())
                .containsExactlyInAnyOrder(new Address("host-1", 8_000), new Address("host-1", 9_001));
    }

    @Test
    void addressThatAnEarlierLeaderKeptOfAnUnknownAppIsFreeWhenNothingOfItIsHeard() {
        Address at = new Address("host", 9_000);
        cluster.restore(
                List.of(new Vacated(at, "node-1", new AppId("main", "ghost", ""), OptionalLong.empty())), List.of("g"));
        cluster.restored(true);
        listen(0, 14.5);
        gateway("g", 1, 10, 14.5);
        assertThat(turn(14.5).routes()).as("a node may not have been heard yet").isEmpty();
        cluster.heardHead(at(15));
        Turn turn = turn(15);
        assertThat(turn.routes()).singleElement().returns(new AppName("main", "ghost"), Routes::app);
        gateway("g", 2, turn.sequence(), 15.1);
        assertThat(turn(15.1).kept().free()).containsExactly(at);
    }

    @Test
    void routesOfALastTurnThatWasNotSettledAreRepeated() {
        node(0, 3, 0);
        deploy(DEMO, 1, web("demo", 0));
        deploy(new AppId("main", "other", "life"), 1, web("other", 0));
        Turn cut = cluster.turn(1, at(0));
        assertThat(cut.settled()).isFalse();
        assertThat(cluster.turn(1, at(0)).settled()).isTrue();
        for (boolean settled : List.of(false, true)) {
            Cluster next = new Cluster(
                    4,
                    10,
                    new Cluster.Patience(Duration.ofSeconds(3), Duration.ofSeconds(15), Duration.ofMinutes(10)),
                    3,
                    this::id,
                    START);
            next.restore(new Turn.AppRow(DEMO, 0, 0), List.of(), List.of(), List.of(), START);
            next.restored(settled);
            assertThat(next.turn(1_000, at(1)).routes()).hasSize(settled ? 0 : 1);
        }
    }

    @Test
    void registryHearsWhatServesAndThatNothingDoes() {
        node(0, 3, 0);
        deploy(DEMO, 1, web("demo", 0));
        listen(0, 4);
        node(4, 3, 1, ready("c-0", "demo"));
        assertThat(turn(4).serving())
                .as("its routes are made, and nobody has them yet")
                .isEmpty();
        cluster.heardHead(at(4.1));
        assertThat(turn(4.1).serving()).containsExactly(new Turn.VersionKey(DEMO, 1));
        assertThat(turn(4.2).serving()).as("once").isEmpty();
        cluster.head(new AppHead(DEMO, 2, 1, Optional.of("ada")), cluster.ask());
        assertThat(turn(4.3).serving()).containsExactly(new Turn.VersionKey(DEMO, 0));
    }

    @Test
    void whatAGatewaySaysConcernsEveryAppThatWaits() {
        AppId other = new AppId("main", "other", "life");
        node(0, 3, 0);
        deploy(DEMO, 1, web("demo", 0));
        deploy(other, 1, web("other", 0));
        listen(0, 4);
        cluster.gateway(new GatewayReport("g", "1", 1, 3, 10, Map.of(), false), at(4));
        node(4, 3, 1, ready("c-0", "demo"), ready("c-1", "other"));
        Turn cutover = turn(4);
        assertThat(cutover.routes()).extracting(Routes::app).contains(DEMO.name(), other.name());
        assertThat(cutover.serving()).as("the gateway has not confirmed").isEmpty();
        cluster.gateway(new GatewayReport("g", "1", 2, 3, cutover.sequence(), Map.of(), false), at(4.1));
        assertThat(turn(4.1).serving())
                .containsExactlyInAnyOrder(new Turn.VersionKey(DEMO, 1), new Turn.VersionKey(other, 1));
    }

    /** As whoever listens has it. */
    private final Map<AppName, AppView> shownApps = new TreeMap<>();

    private final Map<String, NodeView> shownNodes = new TreeMap<>();

    private ClusterView.Shown take() {
        ClusterView.Shown shown = cluster.view().take();
        shown.apps().forEach(app -> shownApps.put(app.id().name(), app));
        shown.gone().forEach(shownApps::remove);
        shown.nodes().forEach(node -> shownNodes.put(node.name(), node));
        return shown;
    }

    @Test
    void whatPeopleSeeIsShownAsItChangesAndNotTwice() {
        serve(DEMO);
        take();
        assertThat(shownApps.get(DEMO.name())).returns(1, AppView::live);
        assertThat(shownNodes.get("node-1").containers())
                .singleElement()
                .returns(true, container -> container.seen() instanceof Seen.Ready);
        node(5, 3, 1, ready("c-0", "demo"));
        turn(5);
        ClusterView.Shown nothing = take();
        assertThat(nothing.apps()).isEmpty();
        assertThat(nothing.nodes()).as("a heartbeat that says nothing new").isEmpty();
        node(9, 3, 1, ready("c-0", "demo"));
        turn(9);
        assertThat(take().nodes())
                .as("when it was last heard is shown now and then")
                .singleElement()
                .returns(at(9), NodeView::seenAt);
        node(
                9.2,
                3,
                1,
                new NodeReport.Observed(
                        "c-0", DEMO.name(), 1, "web", new Sighting.Gone(new Ending.Crashed("exit status 3"))));
        turn(9.2);
        ClusterView.Shown crashed = take();
        assertThat(crashed.apps()).extracting(AppView::id).containsExactly(DEMO);
        assertThat(crashed.nodes())
                .singleElement()
                .satisfies(node ->
                        assertThat(node.containers()).extracting(Container::id).doesNotContain("c-0"));
    }

    @Test
    void whatWasNotHeardIsShownAgain() {
        serve(DEMO);
        ClusterView.Shown first = take();
        cluster.view().showAgain(DEMO.name());
        assertThat(take()).returns(first.apps(), ClusterView.Shown::apps).returns(List.of(), ClusterView.Shown::nodes);
        cluster.view().showAgain("node-1");
        assertThat(take()).returns(List.of(), ClusterView.Shown::apps).returns(first.nodes(), ClusterView.Shown::nodes);
        cluster.view().showAllAgain();
        assertThat(take()).isEqualTo(first);
    }

    @Test
    void anAppThatIsForgottenIsShownToBeGone() {
        serve(DEMO);
        take();
        cluster.absent(DEMO.name(), cluster.ask(), at(5));
        node(700, 3, 1, ready("c-0", "demo"));
        listen(700, 704);
        node(704, 3, 3);
        turn(704);
        turn(720);
        take();
        assertThat(cluster.view().app(DEMO.name())).isEmpty();
        assertThat(shownApps).isEmpty();
    }

    @Test
    void allIsShownOnceEveryAppWasDecidedForAndEveryNodeHadItsTime() {
        deploy(DEMO, 1, web("demo", 0));
        deploy(new AppId("main", "other", "life-9"), 1, web("other", 0));
        cluster.turn(1, at(16));
        assertThat(cluster.allShown(at(16)))
                .as("one app waits for the next turn")
                .isFalse();
        cluster.turn(1, at(16.1));
        cluster.turn(1, at(16.2));
        assertThat(cluster.allShown(at(16.2))).isTrue();
        assertThat(cluster.allShown(at(14)))
                .as("a node may not have been heard yet")
                .isFalse();
        take();
        assertThat(shownApps).hasSize(2);
    }
}
