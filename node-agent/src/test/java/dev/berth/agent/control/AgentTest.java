package dev.berth.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.client.Outgoing;
import dev.berth.agent.client.Reports;
import dev.berth.agent.client.SourceClient;
import dev.berth.agent.client.SpecClient;
import dev.berth.agent.container.Address;
import dev.berth.agent.container.ContainerReconciler.Goal;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.Exit;
import dev.berth.agent.container.NodeReport;
import dev.berth.agent.container.Order;
import dev.berth.agent.container.Output;
import dev.berth.agent.container.Wanted;
import dev.berth.agent.host.Capacity;
import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.PortRange;
import dev.berth.agent.store.Specs;
import dev.berth.protocol.v1.NodeObserved;
import dev.berth.protocol.v1.ObservedContainer;
import dev.berth.protocol.v1.Phase;
import dev.berth.protocol.v1.WebSpec;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The agent's loop, turn by turn, on clocks of the test's own. */
class AgentTest {
    private static final byte[] SPEC = dev.berth.protocol.v1.ContainerSpec.newBuilder()
            .setWeb(WebSpec.getDefaultInstance())
            .addCommand("run")
            .setStartupTimeoutMillis(30_000)
            .setStopGraceMillis(10_000)
            .build()
            .toByteArray();
    private static final Wanted.What NAMED = new Wanted.What.Named(Specs.digest(SPEC));

    @TempDir
    Path state;

    private ServerSocket app;
    private Host host;
    private final Bus bus = new Bus();
    private final Registry registry = new Registry();
    private final List<String> warnings = new ArrayList<>();
    private Handler warned;
    private final Clocks time = new Clocks();
    private Agent agent;

    @BeforeEach
    void start() throws Exception {
        app = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        host = new Host();
        warned = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                if (entry.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue()) {
                    warnings.add(entry.getMessage());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger.getLogger(Agent.class.getName()).addHandler(warned);
        restart();
    }

    @AfterEach
    void end() throws Exception {
        agent.stop(null);
        Logger.getLogger(Agent.class.getName()).removeHandler(warned);
        app.close();
    }

    private void restart() throws Exception {
        if (agent != null) {
            agent.stop(null);
        }
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
                        "bridge"),
                bus,
                new SourceClient(null) {},
                registry,
                time);
        agent.open(new Drivers(Optional.of(host), Optional.empty()));
        bus.reports.clear();
    }

    /** The clocks of the agent; both stand still but where the test moves them. */
    private static final class Clocks implements Time {
        private volatile Duration steady = Duration.ofDays(3);
        private volatile Instant wall = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Duration now() {
            return steady;
        }

        @Override
        public Instant onTheWall() {
            return wall;
        }

        @Override
        public <T> T poll(BlockingQueue<T> queue, Duration until) throws InterruptedException {
            T next = queue.poll();
            while (next == null && steady.compareTo(until) < 0) {
                next = queue.poll(1, TimeUnit.MILLISECONDS);
            }
            return next;
        }
    }

    private static Wanted wanted(String id, Wanted.What what, Goal goal) {
        return new Wanted(new ContainerRef(id, "main", "app", 2, "web"), what, 0, goal);
    }

    private void order(long epoch, long generation, Wanted... containers) {
        agent.order(new Order(epoch, generation, List.of(containers), Set.of(20_001)));
        agent.turn(null);
    }

    private ObservedContainer seen(String id) {
        return bus.reports.getLast().getContainersList().stream()
                .filter(container -> container.getId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private void awaitPhase(String id, Phase phase) {
        awaitSeen(id, "in " + phase, container -> container.getPhase() == phase);
    }

    private void awaitReason(String id, String words) {
        awaitSeen(id, "because of " + words, container -> container.getReason().contains(words));
    }

    private void awaitSeen(String id, String how, Predicate<ObservedContainer> wanted) {
        agent.report();
        await(id + " " + how, () -> {
            agent.turn(null);
            return wanted.test(seen(id));
        });
    }

    private static void await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain for " + what).isLessThan(until);
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
    }

    private void run(String id) {
        order(1, 1, wanted(id, NAMED, Goal.RUN));
        awaitPhase(id, Phase.PHASE_READY);
    }

    @Test
    void clockOnTheWallThatStepsChangesNoHeartbeat() {
        agent.turn(null);
        for (Duration step : List.of(Duration.ofMinutes(-1), Duration.ofDays(-400), Duration.ofMinutes(3))) {
            time.wall = time.wall.plus(step);
            int before = bus.reports.size();
            for (int i = 0; i < 50; i++) {
                time.steady = time.steady.plusMillis(100);
                agent.turn(null);
            }
            assertThat(bus.reports.size() - before)
                    .as("reports in 5 s, after a step of " + step)
                    .isEqualTo(5);
        }
    }

    @Test
    void clockOnTheWallThatStepsChangesNoTimeout() throws IOException {
        app.close();
        order(1, 1, wanted("c-1", NAMED, Goal.RUN));
        awaitPhase("c-1", Phase.PHASE_STARTING);
        time.wall = time.wall.plus(Duration.ofHours(1));
        time.steady = time.steady.plusSeconds(29);
        int looked = host.looks("c-1");
        host.tell("c-1");
        agent.turn(null);
        await("a look at it", () -> host.looks("c-1") > looked);
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_STARTING);
        time.wall = time.wall.minus(Duration.ofHours(9));
        time.steady = time.steady.plusSeconds(1);
        awaitPhase("c-1", Phase.PHASE_FAILED);
        assertThat(seen("c-1").getTimedOut()).isTrue();

        order(1, 2, wanted("c-1", NAMED, Goal.RUN), wanted("c-2", NAMED, Goal.RUN));
        awaitPhase("c-2", Phase.PHASE_STARTING);
        host.deaf.add("c-2");
        order(1, 3, wanted("c-2", NAMED, Goal.STOP));
        awaitPhase("c-2", Phase.PHASE_STOPPING);
        time.wall = time.wall.plus(Duration.ofHours(1));
        time.steady = time.steady.plusSeconds(9);
        int looks = host.looks("c-2");
        agent.turn(null);
        host.tell("c-2");
        agent.turn(null);
        await("a look at it", () -> host.looks("c-2") > looks);
        assertThat(host.killed).doesNotContain("c-2");
        time.wall = time.wall.minus(Duration.ofHours(9));
        time.steady = time.steady.plusSeconds(1);
        await("its end by force", () -> host.killed.contains("c-2"));
    }

    @Test
    void oneContainersFaultIsItsReasonAndStopsNothingElse() {
        order(1, 1, wanted("c-1", NAMED, Goal.RUN), wanted("c-2", NAMED, Goal.RUN));
        awaitPhase("c-1", Phase.PHASE_READY);
        awaitPhase("c-2", Phase.PHASE_READY);
        for (Exception fault : List.of(new IOException("bad sector"), new NumberFormatException("bad sector"))) {
            host.broken.put("c-1", fault);
            int before = bus.reports.size();
            for (int i = 0; i < 20; i++) {
                time.steady = time.steady.plusSeconds(1);
                agent.turn(null);
            }
            assertThat(bus.reports.size()).isGreaterThanOrEqualTo(before + 20);
            awaitReason("c-1", "bad sector");
            assertThat(seen("c-2").getReason()).isEmpty();
        }
        order(1, 2, wanted("c-1", NAMED, Goal.RUN), wanted("c-2", NAMED, Goal.STOP));
        awaitPhase("c-2", Phase.PHASE_STOPPED);
        host.broken.clear();
        time.steady = time.steady.plusSeconds(1);
        awaitSeen("c-1", "well", container -> container.getReason().isEmpty());
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_READY);
    }

    @Test
    void containerIsNotReadyWhileSomebodyElseAnswersInItsPlace() {
        host.stranger = Optional.of("process 7 (python3)");
        order(1, 1, wanted("c-1", NAMED, Goal.RUN));
        awaitPhase("c-1", Phase.PHASE_STARTING);
        await("a second answer", () -> host.asked.get() > 1);
        time.steady = time.steady.plusSeconds(30);
        awaitPhase("c-1", Phase.PHASE_FAILED);
        assertThat(seen("c-1").getReason())
                .contains(
                        "was not ready within 30.0 s (startup_timeout): port " + app.getLocalPort()
                                + " is answered by process 7 (python3), which is not of this container",
                        "it listens on 127.0.0.1:5000 instead of $PORT");
        host.stranger = Optional.empty();
        order(1, 2, wanted("c-1", NAMED, Goal.RUN), wanted("c-2", NAMED, Goal.RUN));
        awaitPhase("c-2", Phase.PHASE_READY);
    }

    @Test
    @Timeout(10)
    void engineThatIsSlowWithOneContainerDelaysNeitherHeartbeatNorOthers() {
        CountDownLatch slow = new CountDownLatch(1);
        host.slow.put("c-1", slow);
        order(1, 1, wanted("c-1", NAMED, Goal.RUN), wanted("c-2", NAMED, Goal.RUN));
        awaitPhase("c-2", Phase.PHASE_READY);
        await("the start of c-1", () -> host.started.contains("c-1"));
        int before = bus.reports.size();
        for (int i = 0; i < 20; i++) {
            time.steady = time.steady.plusSeconds(1);
            agent.turn(null);
        }
        assertThat(bus.reports.size()).isEqualTo(before + 20);
        order(1, 2, wanted("c-1", NAMED, Goal.STOP), wanted("c-2", NAMED, Goal.STOP));
        awaitPhase("c-2", Phase.PHASE_STOPPED);
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_PREPARING);
        slow.countDown();
        awaitPhase("c-1", Phase.PHASE_STOPPED);
        assertThat(host.terminated).contains("c-1");
    }

    @Test
    void containerThatIsStoppedWhileItIsPreparedNeverStarts() {
        order(1, 1, wanted("c-1", new Wanted.What.Named("slow"), Goal.RUN));
        order(1, 2, wanted("c-1", new Wanted.What.Named("slow"), Goal.STOP));
        awaitPhase("c-1", Phase.PHASE_STOPPED);
        registry.slow.countDown();
        order(1, 3);
        await("its removal", () -> {
            agent.turn(null);
            return bus.reports.getLast().getContainersList().isEmpty();
        });
        assertThat(host.started).isEmpty();
    }

    @Test
    void containerWhoseSpecCantBeHadFailsWithTheReasonAloneAndTheRestGoesOn() {
        order(
                1,
                1,
                wanted("c-1", new Wanted.What.Named("unheard-of"), Goal.RUN),
                wanted("c-2", new Wanted.What.Named(Specs.digest(SPEC)), Goal.RUN));
        awaitPhase("c-2", Phase.PHASE_READY);
        awaitPhase("c-1", Phase.PHASE_FAILED);
        assertThat(seen("c-1").getReason()).contains("no such spec");
    }

    @Test
    void containerThatWaitsForItsSpecSaysSo() {
        order(1, 1, wanted("c-1", new Wanted.What.Named("slow"), Goal.RUN));
        assertThat(seen("c-1").getReason()).isEmpty();
        time.steady = time.steady.plusSeconds(3);
        agent.turn(null);
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_PREPARING);
        assertThat(seen("c-1").getReason()).contains("the registry does not answer");
        registry.slow.countDown();
        awaitPhase("c-1", Phase.PHASE_FAILED);
    }

    @Test
    void adoptedContainerThatCantBeReadSaysSoAndRunsOn() throws Exception {
        order(1, 1, wanted("c-1", NAMED, Goal.RUN), wanted("c-2", NAMED, Goal.RUN));
        awaitPhase("c-1", Phase.PHASE_READY);
        awaitPhase("c-2", Phase.PHASE_READY);
        host.broken.put("c-1", new IOException("bad sector"));
        restart();
        awaitReason("c-1", "bad sector");
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_READY);
        assertThat(seen("c-2").getReason()).isEmpty();
        assertThat(seen("c-2").getPhase()).isEqualTo(Phase.PHASE_READY);
        host.broken.clear();
        time.steady = time.steady.plusSeconds(1);
        awaitSeen("c-1", "well", container -> container.getReason().isEmpty());
        assertThat(host.killed).isEmpty();
    }

    @Test
    void containerIsKeptAndNeverStartedByAnOrderThatDoesNotSayWhatItIs() throws Exception {
        run("c-1");
        order(1, 2, wanted("c-1", new Wanted.What.Kept(), Goal.RUN), wanted("c-9", new Wanted.What.Kept(), Goal.RUN));
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_READY);
        assertThat(bus.reports.getLast().getContainersList()).hasSize(1);
        restart();
        order(1, 3, wanted("c-1", new Wanted.What.Kept(), Goal.RUN));
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_READY);
        assertThat(host.terminated).isEmpty();
        order(1, 4, wanted("c-1", new Wanted.What.Kept(), Goal.STOP));
        awaitPhase("c-1", Phase.PHASE_STOPPED);
    }

    @Test
    void adoptedContainerGoesOnAtOnceWithoutAnOrder() throws Exception {
        int port = app.getLocalPort();
        app.close();
        order(1, 1, wanted("c-1", NAMED, Goal.RUN));
        awaitPhase("c-1", Phase.PHASE_STARTING);
        time.wall = time.wall.plusSeconds(100);
        restart();
        Files.writeString(host.output("c-1"), "hello\n");
        // No order has come, and probing, output and reasons go on.
        app = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        awaitPhase("c-1", Phase.PHASE_READY);
        assertThat(seen("c-1"))
                .extracting(
                        ObservedContainer::getEnvironment,
                        ObservedContainer::getApp,
                        ObservedContainer::getVersion,
                        ObservedContainer::getFunction)
                .containsExactly("main", "app", 2, "web");
        assertThat(Instant.ofEpochMilli(seen("c-1").getStartedAt())).isEqualTo(time.wall.minusSeconds(100));
        await("its output", () -> bus.lines.contains("hello"));
        host.end("c-1", new Exit(3, false));
        awaitPhase("c-1", Phase.PHASE_FAILED);
        assertThat(seen("c-1").getReason()).contains("exited with status 3").contains("hello");
    }

    @Test
    void adoptedContainerWhoseFileIsTornIsWatchedAndKnownAgainByAnOrder() throws Exception {
        run("c-1");
        Files.write(state.resolve("containers/c-1/spec"), new byte[0]);
        restart();
        agent.turn(null);
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_READY);
        assertThat(seen("c-1").getApp()).isEmpty();
        order(1, 2, wanted("c-1", NAMED, Goal.RUN));
        awaitSeen("c-1", "known", container -> container.getApp().equals("app"));
        restart();
        agent.turn(null);
        assertThat(seen("c-1").getApp()).isEqualTo("app");
    }

    @Test
    void adoptedContainerWhosePortIsLostIsItsReason() throws Exception {
        run("c-1");
        host.ports.put("c-1", 0);
        restart();
        awaitPhase("c-1", Phase.PHASE_FAILED);
        assertThat(seen("c-1").getReason()).contains("lost the port");
    }

    @Test
    void agentWhoseOrderFileIsTornStartsAndObeys() throws Exception {
        run("c-1");
        Files.write(state.resolve("order"), new byte[0]);
        restart();
        order(1, 1, wanted("c-1", NAMED, Goal.STOP));
        awaitPhase("c-1", Phase.PHASE_STOPPED);
    }

    @Test
    void highestEpochIsSaidAndALowerOneIsNotObeyedAndNothingIsLost() throws Exception {
        order(1000, 4, wanted("c-1", NAMED, Goal.RUN));
        awaitPhase("c-1", Phase.PHASE_READY);
        restart();
        agent.turn(null);
        assertThat(bus.reports.getLast().getEpoch())
                .as("before any order of this start")
                .isEqualTo(1000);
        assertThat(bus.reports.getLast().getGeneration()).isZero();
        // The database was restored: its leader counts from a lower one, and knows nothing of what runs here.
        warnings.clear();
        for (int i = 0; i < 59; i++) {
            order(2, i);
            time.steady = time.steady.plusSeconds(1);
        }
        assertThat(warnings).singleElement().asString().contains("not obeyed");
        time.steady = time.steady.plusSeconds(1);
        order(2, 60);
        assertThat(warnings).hasSize(2);
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_READY);
        assertThat(bus.reports.getLast().getEpoch()).isEqualTo(1000);

        // It has raised its epoch, and keeps what it has never heard of.
        order(1001, 1, wanted("c-1", new Wanted.What.Kept(), Goal.RUN), wanted("c-2", NAMED, Goal.RUN));
        awaitPhase("c-2", Phase.PHASE_READY);
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_READY);
        assertThat(bus.reports.getLast().getEpoch()).isEqualTo(1001);
        assertThat(bus.reports.getLast().getGeneration()).isEqualTo(1);
        assertThat(host.terminated).isEmpty();
    }

    private static final class Bus extends Outgoing {
        final List<NodeObserved> reports = new ArrayList<>();
        final List<String> lines = new CopyOnWriteArrayList<>();

        Bus() {
            super("local-1", null, null);
        }

        @Override
        public void observed(NodeReport report) {
            reports.add(Reports.message(report));
        }

        @Override
        public Uni<Void> logs(Output output) {
            lines.addAll(output.lines());
            return Uni.createFrom().voidItem();
        }
    }

    /** Knows one spec. */
    private static final class Registry extends SpecClient {
        final CountDownLatch slow = new CountDownLatch(1);

        Registry() {
            super(null);
        }

        @Override
        public ContainerSpec fetch(String digest, Specs specs, Duration patience) throws IOException {
            if (digest.equals("slow")) {
                try {
                    slow.await();
                } catch (InterruptedException interrupted) {
                    throw new IOException(interrupted);
                }
            }
            if (!digest.equals(Specs.digest(SPEC))) {
                throw new IOException("no such spec");
            }
            return specs.keep(digest, SPEC);
        }
    }

    /** Containers that all listen where the test's own socket does. */
    private final class Host implements ContainerRuntime {
        final Map<String, Integer> ports = new java.util.concurrent.ConcurrentHashMap<>();
        final Map<String, Exit> exits = new java.util.concurrent.ConcurrentHashMap<>();
        final Map<String, Exception> broken = new java.util.concurrent.ConcurrentHashMap<>();
        final Set<String> deaf = java.util.concurrent.ConcurrentHashMap.newKeySet();
        final List<String> looks = new CopyOnWriteArrayList<>();
        final List<String> started = new CopyOnWriteArrayList<>();
        final Map<String, CountDownLatch> slow = new java.util.concurrent.ConcurrentHashMap<>();
        final List<String> terminated = new CopyOnWriteArrayList<>();
        final List<String> killed = new CopyOnWriteArrayList<>();
        final AtomicInteger asked = new AtomicInteger();
        volatile Optional<String> stranger = Optional.empty();
        volatile Consumer<String> ended;

        int looks(String id) {
            return java.util.Collections.frequency(looks, id);
        }

        void tell(String id) {
            ended.accept(id);
        }

        void end(String id, Exit exit) {
            exits.put(id, exit);
            ended.accept(id);
        }

        @Override
        public void watch(Consumer<String> told) {
            ended = told;
        }

        @Override
        public List<Known> list() {
            return ports.keySet().stream()
                    .map(id ->
                            new Known(id, ports.get(id) == 0 ? Address.NONE : new Address("127.0.0.1", ports.get(id))))
                    .toList();
        }

        @Override
        public Address start(Launch launch) throws IOException {
            ContainerRef ref = launch.ref();
            assertThat(launch.kept()).containsExactly(20_001);
            assertThat(launch.spec().command()).isEqualTo(Arrays.asList("run"));
            Files.createDirectories(output(ref.id()).getParent());
            started.add(ref.id());
            if (slow.containsKey(ref.id())) {
                try {
                    slow.get(ref.id()).await();
                } catch (InterruptedException interrupted) {
                    throw new IOException(interrupted);
                }
            }
            ports.put(ref.id(), app.getLocalPort());
            return new Address("127.0.0.1", app.getLocalPort());
        }

        @Override
        public Optional<Exit> exit(String id) throws IOException {
            looks.add(id);
            Exception fault = broken.get(id);
            if (fault instanceof IOException refused) {
                throw refused;
            }
            if (fault != null) {
                throw (RuntimeException) fault;
            }
            return Optional.ofNullable(exits.get(id));
        }

        @Override
        public Listening listening(String id) {
            asked.incrementAndGet();
            return new Listening(stranger, List.of("127.0.0.1:5000"));
        }

        @Override
        public void terminate(String id) {
            terminated.add(id);
            if (!deaf.contains(id)) {
                end(id, new Exit(143, false));
            }
        }

        @Override
        public void kill(String id) {
            killed.add(id);
            end(id, new Exit(137, false));
        }

        @Override
        public Path output(String id) {
            return state.resolve("containers").resolve(id).resolve("output.log");
        }

        @Override
        public void remove(String id) {
            ports.remove(id);
        }
    }
}
