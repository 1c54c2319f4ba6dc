package dev.berth.scheduler.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.chassis.bus.BusMessage;
import dev.berth.chassis.bus.BusReader;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.AppEvent;
import dev.berth.protocol.v1.ContainerDrain;
import dev.berth.protocol.v1.DriverKind;
import dev.berth.protocol.v1.GatewayStatus;
import dev.berth.protocol.v1.NodeObserved;
import dev.berth.protocol.v1.ObservedContainer;
import dev.berth.protocol.v1.Phase;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.Driver;
import dev.berth.scheduler.fleet.Ending;
import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.Sighting;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

/** Who a message is of, and what is no message. */
class ReportsTest {
    private final BusReader reader = new BusReader(Logger.getLogger(ReportsTest.class));

    private static NodeObserved.Builder node() {
        return NodeObserved.newBuilder().setNode("n1").setIncarnation("i").addContainers(container());
    }

    private static ObservedContainer.Builder container() {
        return ObservedContainer.newBuilder()
                .setId("c-1")
                .setPhase(Phase.PHASE_READY)
                .setHost("10.0.0.1")
                .setPort(8_000);
    }

    private static GatewayStatus.Builder gateway() {
        return GatewayStatus.newBuilder()
                .setGateway("g1")
                .setIncarnation("i")
                .addDrains(ContainerDrain.newBuilder().setId("c-1"));
    }

    private <T> void assertLeftOut(BusReader.Parser<T> parser, BusMessage good, List<BusMessage> bad) {
        for (BusMessage each : bad) {
            assertThat(reader.read(each, parser)).as("%s", each).isEmpty();
            assertThat(reader.read(good, parser)).isPresent();
        }
    }

    private static BusMessage garbage(String subject) {
        return new BusMessage(subject, "{\"type\": \"io.nats.jetstream\"}".getBytes(UTF_8));
    }

    private static BusMessage empty(String subject) {
        return new BusMessage(subject, new byte[0]);
    }

    @Test
    void nodeIsTheOneThatItsSubjectNames() {
        String subject = Subjects.observed("n1");
        assertThat(reader.read(BusMessage.of(subject, node().build()), Reports::node))
                .hasValueSatisfying(report -> assertThat(report.node()).isEqualTo("n1"));
        assertLeftOut(
                Reports::node,
                BusMessage.of(subject, node().build()),
                List.of(
                        BusMessage.of(subject, node().setNode("n2").build()),
                        BusMessage.of(subject, node().clearNode().build()),
                        BusMessage.of(Subjects.observed("n2"), node().build()),
                        garbage(subject),
                        empty(subject)));
    }

    @Test
    void reportThatIsNotUnderstoodWholeIsLeftOut() {
        String subject = Subjects.observed("n1");
        assertLeftOut(
                Reports::node,
                BusMessage.of(subject, node().build()),
                List.of(
                        BusMessage.of(subject, node().clearIncarnation().build()),
                        BusMessage.of(
                                subject,
                                node().addContainers(container().clearId()).build()),
                        BusMessage.of(
                                subject,
                                node().addContainers(container().setPhaseValue(17))
                                        .build()),
                        BusMessage.of(
                                subject,
                                node().addContainers(container().clearHost()).build()),
                        BusMessage.of(
                                subject,
                                node().addContainers(container().clearPort()).build()),
                        BusMessage.of(
                                subject,
                                node().addContainers(container().setPort(-1)).build())));
        assertThat(reader.read(
                        BusMessage.of(
                                subject,
                                node().addContainers(container()
                                                .setPhase(Phase.PHASE_STARTING)
                                                .clearHost()
                                                .clearPort())
                                        .build()),
                        Reports::node))
                .as("one that has no address yet")
                .isPresent();
    }

    private Optional<NodeReport.Observed> observed(ObservedContainer.Builder container) {
        return reader.read(
                        BusMessage.of(
                                Subjects.observed("n1"),
                                node().addContainers(container).build()),
                        Reports::node)
                .map(report -> report.containers().getLast());
    }

    @Test
    void imageIsNamedByADigestOrIsNone() {
        String digest = "sha256:" + "0a".repeat(32);
        for (String image : List.of(digest, "web@" + digest, "registry.example.com:5000/team/web@" + digest)) {
            assertThat(observed(container().setImage(image)).orElseThrow().image())
                    .contains(image);
        }
        assertThat(observed(container()).orElseThrow().image()).isEmpty();
        for (String tag : List.of("web", "web:3", "web@" + digest + " ", "w b@" + digest, "web\0@" + digest)) {
            assertThat(observed(container().setImage(tag))).as(tag).isEmpty();
        }
    }

    @Test
    void endsAreToldApart() {
        ObservedContainer.Builder failed =
                container().setPhase(Phase.PHASE_FAILED).setReason("so it is");
        assertThat(observed(failed).orElseThrow().sighting())
                .isEqualTo(new Sighting.Gone(new Ending.Crashed("so it is")));
        assertThat(observed(failed.clone().setTimedOut(true)).orElseThrow().sighting())
                .isEqualTo(new Sighting.Gone(new Ending.TimedOut("so it is")));
        assertThat(observed(failed.clone().setHopeless(true)).orElseThrow().sighting())
                .isEqualTo(new Sighting.Gone(new Ending.Hopeless("so it is")));
    }

    private List<Driver> drivers(NodeObserved.Builder node) {
        return reader.read(BusMessage.of(Subjects.observed("n1"), node.build()), Reports::node)
                .orElseThrow()
                .drivers();
    }

    private static dev.berth.protocol.v1.Driver.Builder driver(DriverKind kind, String version) {
        return dev.berth.protocol.v1.Driver.newBuilder().setKind(kind).setVersion(version);
    }

    @Test
    void agentThatNamesNoDriverRunsProcesses() {
        assertThat(drivers(node())).as("an older one").containsExactly(new Driver(Driver.Kind.PROCESS, ""));
        assertThat(drivers(node().addDrivers(driver(DriverKind.DRIVER_NONE, ""))))
                .isEmpty();
        assertThat(drivers(node().addDrivers(driver(DriverKind.DRIVER_PROCESS, ""))
                        .addDrivers(driver(DriverKind.DRIVER_ENGINE, "Podman 5.4.2"))))
                .containsExactly(new Driver(Driver.Kind.PROCESS, ""), new Driver(Driver.Kind.ENGINE, "Podman 5.4.2"));
        assertThat(drivers(
                        node().addDrivers(driver(DriverKind.DRIVER_ENGINE, "").setKindValue(17))))
                .as("a newer one's")
                .isEmpty();
    }

    /** The leader could not store it, and its term would end: with every report, for all apps. */
    @Test
    void whatAnAppPrintedLastNeedNotBeText() {
        String subject = Subjects.observed("n1");
        for (Phase phase : List.of(Phase.PHASE_STARTING, Phase.PHASE_STOPPED, Phase.PHASE_FAILED)) {
            NodeObserved node = node().addContainers(
                            container().setPhase(phase).setReason("exit status 1\nlast output:\n  a\0b"))
                    .build();
            assertThat(reader.read(BusMessage.of(subject, node), Reports::node)
                            .orElseThrow()
                            .containers()
                            .getLast()
                            .toString())
                    .contains("a\ufffdb")
                    .doesNotContain("\0");
        }
    }

    @Test
    void gatewayIsTheOneThatItsSubjectNames() {
        String subject = Subjects.gateway("g1");
        assertThat(reader.read(BusMessage.of(subject, gateway().build()), Reports::status))
                .hasValueSatisfying(report -> assertThat(report.gateway()).isEqualTo("g1"));
        assertLeftOut(
                Reports::status,
                BusMessage.of(subject, gateway().build()),
                List.of(
                        BusMessage.of(subject, gateway().setGateway("g2").build()),
                        BusMessage.of(Subjects.gateway("g2"), gateway().build()),
                        BusMessage.of(subject, gateway().clearIncarnation().build()),
                        BusMessage.of(
                                subject,
                                gateway()
                                        .addDrains(ContainerDrain.newBuilder().setId("c-1"))
                                        .build()),
                        garbage(subject),
                        empty(subject)));
    }

    @Test
    void appIsTheOneThatItsSubjectNames() {
        String subject = Subjects.app("main", "shop");
        BusMessage good = BusMessage.of(
                subject,
                AppEvent.newBuilder().setEnvironment("main").setApp("shop").build());
        assertThat(reader.read(good, Reports::changed)).contains(new AppName("main", "shop"));
        assertLeftOut(
                Reports::changed,
                good,
                List.of(
                        BusMessage.of(
                                subject,
                                AppEvent.newBuilder()
                                        .setEnvironment("main")
                                        .setApp("s")
                                        .build()),
                        BusMessage.of(
                                subject,
                                AppEvent.newBuilder()
                                        .setEnvironment("m")
                                        .setApp("shop")
                                        .build()),
                        garbage(subject),
                        empty(subject)));
    }
}
