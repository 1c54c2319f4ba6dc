package dev.berth.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.client.SourceClient;
import dev.berth.agent.container.ContainerReconciler.Goal;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.KeptPlaces;
import dev.berth.agent.container.Order;
import dev.berth.agent.container.Wanted;
import dev.berth.agent.host.Capacity;
import dev.berth.agent.runtime.HostPorts;
import dev.berth.agent.runtime.PortRange;
import dev.berth.agent.runtime.engine.NodeVolumes;
import dev.berth.protocol.v1.ContainerSpec;
import dev.berth.protocol.v1.NodeObserved;
import dev.berth.protocol.v1.ObservedContainer;
import dev.berth.protocol.v1.Phase;
import dev.berth.protocol.v1.WebSpec;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An agent whose loop the test turns, on clocks of the test's own, and what is around it. */
abstract class AgentKit {
    static final ContainerSpec SPEC = ContainerSpec.newBuilder()
            .setWeb(WebSpec.getDefaultInstance())
            .addCommand("run")
            .setStartupTimeoutMillis(30_000)
            .setStopGraceMillis(10_000)
            .build();

    @TempDir
    Path state;

    ServerSocket app;
    Host host;
    HostPorts ports;
    final Bus bus = new Bus();
    final KnownSpecs registry = new KnownSpecs();
    final Clocks time = new Clocks();
    final Wanted.What named = new Wanted.What.Named(registry.add(SPEC.toByteArray()));
    Agent agent;

    @BeforeEach
    void start() throws Exception {
        app = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        host = new Host(state, () -> app.getLocalPort());
        restart();
    }

    @AfterEach
    void end() throws Exception {
        agent.stop(null);
        app.close();
    }

    void restart() throws Exception {
        if (agent != null) {
            agent.stop(null);
        }
        // One that the test can take and leave.
        ports = new HostPorts(
                InetAddress.getLoopbackAddress(), state, new PortRange(app.getLocalPort(), app.getLocalPort()));
        agent = new Agent(
                new AgentConfig(
                        "local-1",
                        "127.0.0.1",
                        new PortRange(20_000, 20_099),
                        state,
                        new Capacity(1000, 1 << 30),
                        false,
                        Duration.ofSeconds(30),
                        "process",
                        "bridge",
                        Duration.ofDays(1),
                        NodeVolumes.NONE),
                bus,
                new SourceClient(null) {},
                registry,
                time);
        agent.open(new Drivers(Optional.of(host), engine()), ports);
        bus.reports.clear();
    }

    /** The one of the next start. */
    Optional<HostEngine> engine() {
        return Optional.empty();
    }

    static Wanted wanted(String id, Wanted.What what, Goal goal) {
        return new Wanted(new ContainerRef(id, "main", "app", 2, "web"), what, Optional.empty(), 0, goal);
    }

    /** @param image that it is to be made of, as the scheduler knows */
    static Wanted pinned(String id, Wanted.What what, String image) {
        return new Wanted(new ContainerRef(id, "main", "app", 2, "web"), what, Optional.of(image), 0, Goal.RUN);
    }

    /** As orders say. */
    Set<Long> unneededImages = Set.of();

    void order(long epoch, long generation, Wanted... containers) {
        agent.order(new Order(
                epoch,
                generation,
                List.of(containers),
                new KeptPlaces(Set.of(20_001), Set.of("172.30.0.9")),
                unneededImages));
        agent.turn(null);
    }

    NodeObserved report() {
        agent.report();
        agent.turn(null);
        return bus.reports.getLast();
    }

    ObservedContainer seen(String id) {
        return bus.reports.getLast().getContainersList().stream()
                .filter(container -> container.getId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    void awaitPhase(String id, Phase phase) {
        awaitSeen(id, "in " + phase, container -> container.getPhase() == phase);
    }

    void awaitReason(String id, String words) {
        awaitSeen(id, "because of " + words, container -> container.getReason().contains(words));
    }

    void awaitSeen(String id, String how, Predicate<ObservedContainer> wanted) {
        agent.report();
        await(id + " " + how, () -> {
            agent.turn(null);
            return wanted.test(seen(id));
        });
    }

    static void await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain for " + what).isLessThan(until);
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** Until it is ready. */
    void run(String id) {
        order(1, 1, wanted(id, named, Goal.RUN));
        awaitPhase(id, Phase.PHASE_READY);
    }
}
