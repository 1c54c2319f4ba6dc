package dev.berth.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerReconciler.Goal;
import dev.berth.agent.container.Wanted;
import dev.berth.agent.runtime.engine.Pull;
import dev.berth.protocol.v1.ImageSpec;
import dev.berth.protocol.v1.Phase;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an image's name means, the agent finds out and the scheduler decides. */
class PinnedImageTest extends AgentKit {
    private static final String NAME = "ghcr.io/acme/web:3";
    private static final String HERE = LentEngine.PINNED;
    private static final String THERE = "ghcr.io/acme/web@sha256:0b";

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
        engine.look(known -> agent.found(engine, known));
        agent.turn(null);
    }

    private void awaitImage(String id, String wanted) {
        awaitSeen(id, "of " + wanted, container -> container.getImage().equals(wanted));
    }

    private String startedBy(String id) {
        return lent.containers.launches.get(id).spec().image().orElseThrow().name();
    }

    @Test
    void imageIsSaidAndNothingStartsBeforeTheSchedulerKnows() {
        comes();
        order(1, 1, wanted("c-1", image, Goal.RUN));
        awaitImage("c-1", HERE);
        // It goes on doing what it is told: the same order again is no leave to start.
        order(1, 1, wanted("c-1", image, Goal.RUN));
        time.steady = time.steady.plusSeconds(3);
        awaitReason("c-1", "image " + NAME + " is here; the scheduler has not noted yet that it is " + HERE);
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_PREPARING);
        assertThat(lent.containers.started).isEmpty();
        order(1, 2, pinned("c-1", image, HERE));
        awaitPhase("c-1", Phase.PHASE_READY);
        assertThat(startedBy("c-1")).isEqualTo(HERE);
        assertThat(lent.pulls).as("it was here").containsExactly(NAME);
        assertThat(seen("c-1").getImage()).isEqualTo(HERE);
    }

    @Test
    void whatAnotherNodeFoundOutIsPulledAndStarted() {
        comes();
        lent.answers.put(THERE, new Pull.Pulled(THERE));
        order(1, 1, wanted("c-1", image, Goal.RUN));
        awaitImage("c-1", HERE);
        order(1, 2, pinned("c-1", image, THERE));
        awaitPhase("c-1", Phase.PHASE_READY);
        assertThat(lent.pulls).containsExactly(NAME, THERE);
        assertThat(startedBy("c-1")).isEqualTo(THERE);
        assertThat(seen("c-1").getImage()).isEqualTo(THERE);
    }

    @Test
    void whatIsKnownFromTheStartIsPulledAtOnce() {
        comes();
        // An engine may write the same name in another way.
        lent.answers.put(THERE, new Pull.Pulled("docker.io/" + THERE));
        order(1, 1, pinned("c-1", image, THERE));
        awaitPhase("c-1", Phase.PHASE_READY);
        assertThat(lent.pulls).containsExactly(THERE);
        assertThat(startedBy("c-1")).isEqualTo(THERE);
        assertThat(seen("c-1").getImage()).isEqualTo(THERE);
    }

    @Test
    void firstWordOfTheSchedulerIsItsLast() {
        comes();
        lent.answer = new Pull.Interrupted("registry ghcr.io does not answer");
        order(1, 1, pinned("c-1", image, THERE));
        await("a try", () -> !lent.pulls.isEmpty());
        order(1, 2, pinned("c-1", image, HERE));
        lent.answer = new Pull.Pulled(THERE);
        awaitPhase("c-1", Phase.PHASE_READY);
        assertThat(startedBy("c-1")).isEqualTo(THERE);
    }

    @Test
    void nameThatCanNotBePulledHereIsNotAskedForAnyMoreOnceItIsKnownWhatItMeans() {
        comes();
        lent.answers.put(NAME, new Pull.Interrupted("registry ghcr.io takes no more requests"));
        lent.answers.put(THERE, new Pull.Pulled(THERE));
        order(1, 1, wanted("c-1", image, Goal.RUN));
        await("a try", () -> lent.pulls.contains(NAME));
        order(1, 2, pinned("c-1", image, THERE));
        awaitPhase("c-1", Phase.PHASE_READY);
        assertThat(lent.pulls).containsExactly(NAME, THERE);
    }

    @Test
    void refusedImageIsHopelessAndACrashIsNot() {
        comes();
        lent.answers.put(NAME, new Pull.Refused("registry ghcr.io has no such image"));
        order(1, 1, wanted("c-1", image, Goal.RUN), wanted("c-2", named, Goal.RUN));
        awaitPhase("c-1", Phase.PHASE_FAILED);
        assertThat(seen("c-1").getHopeless()).isTrue();
        assertThat(seen("c-1").getReason()).isEqualTo("registry ghcr.io has no such image");
        assertThat(lent.pulls).containsExactly(NAME);
        awaitPhase("c-2", Phase.PHASE_READY);
        host.kill("c-2");
        awaitPhase("c-2", Phase.PHASE_FAILED);
        assertThat(seen("c-2").getHopeless()).isFalse();
        assertThat(seen("c-2").getImage()).as("of a process").isEmpty();
    }

    @Test
    void adoptedContainerIsOfTheImageThatItWasMadeOf() throws Exception {
        comes();
        lent.answers.put(THERE, new Pull.Pulled(THERE));
        order(1, 1, pinned("c-1", image, THERE));
        awaitPhase("c-1", Phase.PHASE_READY);
        restart();
        comes();
        assertThat(report().getContainers(0).getImage()).isEqualTo(THERE);
        assertThat(report().getContainers(0).getPhase()).isEqualTo(Phase.PHASE_READY);
    }

    @Test
    void containerThatIsNotWantedAnyMoreWaitsForNoWord() {
        comes();
        order(1, 1, wanted("c-1", image, Goal.RUN));
        awaitImage("c-1", HERE);
        order(1, 2, wanted("c-1", image, Goal.STOP));
        awaitPhase("c-1", Phase.PHASE_STOPPED);
        order(1, 3, pinned("c-1", image, HERE));
        time.steady = time.steady.plus(Duration.ofSeconds(5));
        agent.turn(null);
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_STOPPED);
        assertThat(lent.containers.started).isEmpty();
    }
}
