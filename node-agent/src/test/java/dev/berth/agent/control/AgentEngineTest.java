package dev.berth.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.container.ContainerReconciler.Goal;
import dev.berth.agent.container.Exit;
import dev.berth.agent.container.Wanted;
import dev.berth.agent.runtime.FileTree;
import dev.berth.agent.runtime.engine.EngineAwayException;
import dev.berth.agent.runtime.engine.Pull;
import dev.berth.protocol.v1.DriverKind;
import dev.berth.protocol.v1.ImageSpec;
import dev.berth.protocol.v1.NodeCondition;
import dev.berth.protocol.v1.NodeConditionKind;
import dev.berth.protocol.v1.NodeObserved;
import dev.berth.protocol.v1.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An engine that comes and goes, and the containers of images. */
class AgentEngineTest extends AgentKit {
    private static final String NAME = "ghcr.io/acme/web:3";
    private static final String PINNED = LentEngine.PINNED;
    private static final String AWAY = LentEngine.AWAY;

    private final Wanted.What image = new Wanted.What.Named(registry.add(SPEC.toBuilder()
            .setImage(ImageSpec.newBuilder().setName(NAME))
            .build()
            .toByteArray()));
    private final LentEngine lent = new LentEngine();
    private HostEngine engine;

    @Override
    Optional<HostEngine> engine() {
        if (lent.containers == null) {
            lent.containers = new Host(state, () -> app.getLocalPort());
        }
        engine = new HostEngine(
                lent::reach, state, new HostImages(state, Duration.ofDays(1), time), () -> agent.report());
        return Optional.of(engine);
    }

    private void comes() {
        lent.away = Optional.empty();
        look();
    }

    private void goes() {
        lent.away = Optional.of(AWAY);
        look();
    }

    private void look() {
        engine.look(known -> agent.found(engine, known));
        agent.turn(null);
    }

    private List<DriverKind> drivers() {
        return report().getDriversList().stream()
                .map(driver -> driver.getKind())
                .toList();
    }

    private static List<String> engineConditions(NodeObserved report) {
        return report.getConditionsList().stream()
                .filter(condition -> condition.getKind() == NodeConditionKind.CONDITION_ENGINE)
                .map(NodeCondition::getReason)
                .toList();
    }

    private void runImage(String id) {
        order(1, 1, pinned(id, image, PINNED));
        awaitPhase(id, Phase.PHASE_READY);
    }

    @Test
    void engineThatComesIsSaidAndOneThatGoesIsNoDriver() {
        assertThat(drivers()).containsExactly(DriverKind.DRIVER_PROCESS);
        assertThat(engineConditions(report())).as("nobody misses it").isEmpty();
        comes();
        assertThat(drivers()).containsExactly(DriverKind.DRIVER_PROCESS, DriverKind.DRIVER_ENGINE);
        goes();
        assertThat(drivers()).containsExactly(DriverKind.DRIVER_PROCESS);
        assertThat(engineConditions(report())).containsExactly(AWAY);
        comes();
        assertThat(drivers()).containsExactly(DriverKind.DRIVER_PROCESS, DriverKind.DRIVER_ENGINE);
        assertThat(engineConditions(report())).isEmpty();
    }

    @Test
    void processesRunBesideIt() {
        comes();
        order(1, 1, pinned("c-1", image, PINNED), wanted("c-2", named, Goal.RUN));
        awaitPhase("c-1", Phase.PHASE_READY);
        awaitPhase("c-2", Phase.PHASE_READY);
        assertThat(host.started).containsExactly("c-2");
        assertThat(lent.containers.started).containsExactly("c-1");
        order(1, 2, wanted("c-1", image, Goal.STOP), wanted("c-2", named, Goal.STOP));
        awaitPhase("c-1", Phase.PHASE_STOPPED);
        awaitPhase("c-2", Phase.PHASE_STOPPED);
        assertThat(host.terminated).containsExactly("c-2");
        assertThat(lent.containers.terminated).containsExactly("c-1");
    }

    @Test
    void imageThatIsRefusedIsTheContainersReasonAndWhatMayWorkLaterIsTriedAgain() {
        comes();
        lent.answer = new Pull.Interrupted("registry ghcr.io does not answer");
        order(1, 1, wanted("c-1", image, Goal.RUN));
        time.steady = time.steady.plusSeconds(3);
        awaitReason("c-1", "registry ghcr.io does not answer; it is tried again");
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_PREPARING);
        lent.answer = new Pull.Refused("there is no image " + NAME + ": push it");
        awaitPhase("c-1", Phase.PHASE_FAILED);
        assertThat(seen("c-1").getReason()).contains("there is no image " + NAME + ": push it");
        assertThat(lent.pulls).hasSize(2);
        assertThat(lent.containers.started).isEmpty();
    }

    @Test
    void containerOfAnEngineThatIsAwayAtTheAgentsStartIsAdoptedAsItWas() throws Exception {
        comes();
        runImage("c-1");
        goes();
        restart();
        look();
        awaitReason("c-1", AWAY);
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_READY);
        assertThat(seen("c-1").getPort()).isEqualTo(app.getLocalPort());
        assertThat(seen("c-1").getApp()).isEqualTo("app");
        assertThat(engineConditions(report())).containsExactly(AWAY);
        // Orders and time pass, and nothing is ended or made anew.
        order(1, 2, wanted("c-1", image, Goal.RUN));
        for (int i = 0; i < 20; i++) {
            time.steady = time.steady.plusSeconds(1);
            agent.turn(null);
        }
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_READY);
        comes();
        time.steady = time.steady.plusSeconds(1);
        awaitSeen("c-1", "well", container -> container.getReason().isEmpty());
        assertThat(report().getContainersList()).hasSize(1);
        assertThat(lent.containers.started).containsExactly("c-1");
        assertThat(lent.containers.killed).isEmpty();
        assertThat(lent.containers.terminated).isEmpty();
        lent.containers.end("c-1", new Exit(3, false));
        awaitPhase("c-1", Phase.PHASE_FAILED);
        assertThat(seen("c-1").getReason()).contains("exited with status 3");
    }

    private Wanted fetched(Optional<String> pin) {
        Wanted wanted = wanted("c-1", image, Goal.FETCH);
        return new Wanted(wanted.ref(), wanted.what(), pin, wanted.port(), wanted.goal());
    }

    @Test
    void whatIsOnlyToBeFetchedIsHereAndNeverStarts() {
        comes();
        order(1, 1, fetched(Optional.empty()));
        awaitSeen("c-1", "found", container -> container.getImage().equals(PINNED));
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_PREPARING);
        order(1, 2, fetched(Optional.of(PINNED)));
        awaitPhase("c-1", Phase.PHASE_STOPPED);
        assertThat(lent.pulls).isNotEmpty();
        assertThat(lent.containers.launches).isEmpty();
        assertThat(lent.containers.killed).isEmpty();
    }

    @Test
    void whatCantBeFetchedFailsAsAStartDoes() {
        comes();
        lent.answer = new Pull.Refused("there is no image " + NAME + ": push it");
        order(1, 1, fetched(Optional.empty()));
        awaitPhase("c-1", Phase.PHASE_FAILED);
        assertThat(seen("c-1").getHopeless()).isTrue();
        assertThat(lent.containers.launches).isEmpty();
    }

    @Test
    void startThatAnEngineThatIsAwayCantMakeIsMadeWhenItIsBack() {
        comes();
        lent.containers.startsNothing = Optional.of(new EngineAwayException("containerd does not answer"));
        order(1, 1, pinned("c-1", image, PINNED));
        awaitSeen("c-1", "asked for", container -> lent.containers.launches.containsKey("c-1"));
        time.steady = time.steady.plusSeconds(3);
        awaitReason("c-1", "it can't be started yet, and is tried again: containerd does not answer");
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_PREPARING);
        lent.containers.startsNothing = Optional.empty();
        awaitPhase("c-1", Phase.PHASE_READY);
        assertThat(lent.containers.started).containsExactly("c-1");
    }

    @Test
    void startThatAnEngineThatStaysAwayCantMakeFailsAfterTheStartupTimeout() {
        comes();
        lent.containers.startsNothing = Optional.of(new EngineAwayException("containerd does not answer"));
        order(1, 1, pinned("c-1", image, PINNED));
        awaitSeen("c-1", "asked for", container -> lent.containers.launches.containsKey("c-1"));
        time.steady = time.steady.plusSeconds(SPEC.getStartupTimeoutMillis() / 1000 + 1);
        awaitPhase("c-1", Phase.PHASE_FAILED);
        assertThat(seen("c-1").getReason()).isEqualTo("could not be started: containerd does not answer");
    }

    @Test
    void portOfTheHostThatItHasIsNobodyElsesWhileItsEngineIsAway() throws Exception {
        comes();
        runImage("c-1");
        goes();
        restart();
        look();
        app.close();
        assertThatThrownBy(() -> ports.take(0, Set.of())).hasMessageContaining("no port of");
    }

    @Test
    void containerThatIsStoppedWhileItsEngineIsAwayEndsWhenItIsBack() {
        comes();
        runImage("c-1");
        goes();
        lent.containers.refuses = Optional.of(AWAY);
        order(1, 2, wanted("c-1", image, Goal.STOP));
        awaitReason("c-1", AWAY);
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_READY);
        lent.containers.refuses = Optional.empty();
        comes();
        time.steady = time.steady.plusSeconds(1);
        awaitPhase("c-1", Phase.PHASE_STOPPED);
    }

    @Test
    void whatTheEngineRunsAndTheAgentHasNoFileOfIsFoundAndEndedWhereNoOrderNamesIt() throws Exception {
        comes();
        order(1, 1, pinned("c-1", image, PINNED), pinned("c-2", image, PINNED));
        awaitPhase("c-1", Phase.PHASE_READY);
        awaitPhase("c-2", Phase.PHASE_READY);
        agent.stop(null);
        for (String id : List.of("c-1", "c-2")) {
            FileTree.delete(state.resolve("engine").resolve(id));
        }
        restart();
        assertThat(report().getContainersList()).isEmpty();
        look();
        assertThat(report().getContainersList()).hasSize(2);
        agent.turn(null);
        assertThat(lent.containers.terminated).as("before any order").isEmpty();
        // It may have been given before anybody heard of what was found.
        order(1, 2, wanted("c-1", image, Goal.RUN));
        awaitSeen("c-1", "known", container -> container.getApp().equals("app"));
        // It has its startup timeout: no clock steps before it is ready.
        awaitPhase("c-1", Phase.PHASE_READY);
        time.steady = time.steady.plusSeconds(59);
        order(1, 3, wanted("c-1", image, Goal.RUN));
        agent.turn(null);
        assertThat(lent.containers.terminated).as("within its grace period").isEmpty();
        assertThat(seen("c-2").getPhase()).isEqualTo(Phase.PHASE_STARTING);
        time.steady = time.steady.plusSeconds(1);
        await("the end of c-2", () -> {
            agent.turn(null);
            return bus.reports.getLast().getContainersCount() == 1;
        });
        assertThat(lent.containers.terminated).containsExactly("c-2");
        awaitPhase("c-1", Phase.PHASE_READY);
        goes();
        restart();
        look();
        assertThat(report().getContainersList()).as("though the engine is away").hasSize(1);
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_READY);
        assertThat(seen("c-1").getApp()).isEqualTo("app");
    }
}
