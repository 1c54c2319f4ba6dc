package dev.berth.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerReconciler.Goal;
import dev.berth.agent.container.Exit;
import dev.berth.agent.container.Wanted;
import dev.berth.protocol.v1.ObservedContainer;
import dev.berth.protocol.v1.Phase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The agent's loop, turn by turn, on clocks of the test's own. */
class AgentTest extends AgentKit {
    private final List<String> warnings = new ArrayList<>();
    private final Handler warned = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                warnings.add(entry.getMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        Logger.getLogger(Agent.class.getName()).addHandler(warned);
    }

    @AfterEach
    void listenNoMore() {
        Logger.getLogger(Agent.class.getName()).removeHandler(warned);
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
        order(1, 1, wanted("c-1", named, Goal.RUN));
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

        order(1, 2, wanted("c-1", named, Goal.RUN), wanted("c-2", named, Goal.RUN));
        awaitPhase("c-2", Phase.PHASE_STARTING);
        host.deaf.add("c-2");
        order(1, 3, wanted("c-2", named, Goal.STOP));
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
        order(1, 1, wanted("c-1", named, Goal.RUN), wanted("c-2", named, Goal.RUN));
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
        order(1, 2, wanted("c-1", named, Goal.RUN), wanted("c-2", named, Goal.STOP));
        awaitPhase("c-2", Phase.PHASE_STOPPED);
        host.broken.clear();
        time.steady = time.steady.plusSeconds(1);
        awaitSeen("c-1", "well", container -> container.getReason().isEmpty());
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_READY);
    }

    @Test
    void containerWhoseOutputCantBeReadEndsWithAllThatItBegan() throws IOException {
        order(1, 1, wanted("c-1", named, Goal.RUN));
        awaitPhase("c-1", Phase.PHASE_READY);
        Files.createDirectories(host.output("c-1"));
        host.end("c-1", new Exit(3, false));
        awaitPhase("c-1", Phase.PHASE_FAILED);
        awaitReason("c-1", "exited with status 3");
        assertThat(host.killed).containsExactly("c-1");
    }

    @Test
    void containerIsNotReadyWhileSomebodyElseAnswersInItsPlace() {
        host.stranger = Optional.of("process 7 (python3)");
        order(1, 1, wanted("c-1", named, Goal.RUN));
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
        order(1, 2, wanted("c-1", named, Goal.RUN), wanted("c-2", named, Goal.RUN));
        awaitPhase("c-2", Phase.PHASE_READY);
    }

    @Test
    @Timeout(10)
    void engineThatIsSlowWithOneContainerDelaysNeitherHeartbeatNorOthers() {
        CountDownLatch slow = new CountDownLatch(1);
        host.slow.put("c-1", slow);
        order(1, 1, wanted("c-1", named, Goal.RUN), wanted("c-2", named, Goal.RUN));
        awaitPhase("c-2", Phase.PHASE_READY);
        await("the start of c-1", () -> host.started.contains("c-1"));
        int before = bus.reports.size();
        for (int i = 0; i < 20; i++) {
            time.steady = time.steady.plusSeconds(1);
            agent.turn(null);
        }
        assertThat(bus.reports.size()).isEqualTo(before + 20);
        order(1, 2, wanted("c-1", named, Goal.STOP), wanted("c-2", named, Goal.STOP));
        awaitPhase("c-2", Phase.PHASE_STOPPED);
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_PREPARING);
        assertThat(seen("c-1").getReason()).startsWith("it is being started: ");
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
        order(1, 1, wanted("c-1", new Wanted.What.Named("unheard-of"), Goal.RUN), wanted("c-2", named, Goal.RUN));
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
        order(1, 1, wanted("c-1", named, Goal.RUN), wanted("c-2", named, Goal.RUN));
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
        order(1, 1, wanted("c-1", named, Goal.RUN));
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
        order(1, 2, wanted("c-1", named, Goal.RUN));
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
        order(1, 1, wanted("c-1", named, Goal.STOP));
        awaitPhase("c-1", Phase.PHASE_STOPPED);
    }

    @Test
    void highestEpochIsSaidAndALowerOneIsNotObeyedAndNothingIsLost() throws Exception {
        order(1000, 4, wanted("c-1", named, Goal.RUN));
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
        order(1001, 1, wanted("c-1", new Wanted.What.Kept(), Goal.RUN), wanted("c-2", named, Goal.RUN));
        awaitPhase("c-2", Phase.PHASE_READY);
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_READY);
        assertThat(bus.reports.getLast().getEpoch()).isEqualTo(1001);
        assertThat(bus.reports.getLast().getGeneration()).isEqualTo(1);
        assertThat(host.terminated).isEmpty();
    }
}
