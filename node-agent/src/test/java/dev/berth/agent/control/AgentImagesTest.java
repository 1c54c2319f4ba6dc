package dev.berth.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerReconciler.Goal;
import dev.berth.agent.container.Wanted;
import dev.berth.agent.runtime.engine.Pull;
import dev.berth.protocol.name.ImageKey;
import dev.berth.protocol.v1.ImageSpec;
import dev.berth.protocol.v1.Phase;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An agent says which images it pulled, and removes those that its order says no app needs. */
class AgentImagesTest extends AgentKit {
    private static final String NAME = "ghcr.io/acme/web:3";
    private static final String ID = "sha256:" + "1d".repeat(32);
    private static final String PINNED = LentEngine.PINNED;

    private final Wanted.What image = new Wanted.What.Named(registry.add(SPEC.toBuilder()
            .setImage(ImageSpec.newBuilder().setName(NAME))
            .build()
            .toByteArray()));
    private final LentEngine lent = new LentEngine();
    private HostEngine engine;
    private HostImages images;

    /** It writes where the test's folder is. */
    @AfterEach
    void endOfCollecting() {
        await("the end of what was begun", () -> !images.isCollecting());
    }

    @Override
    Optional<HostEngine> engine() {
        if (lent.containers == null) {
            lent.containers = new Host(state, () -> app.getLocalPort());
            lent.away = Optional.empty();
            lent.answer = new Pull.Pulled(PINNED, Optional.of(new Pull.Fetched(ID, true)));
        }
        images = new HostImages(state, Duration.ofDays(1), time);
        engine = new HostEngine(lent::reach, state, images, () -> {});
        return Optional.of(engine);
    }

    private void runAndStop() {
        engine.look(known -> {});
        order(1, 1, pinned("c-1", image, PINNED));
        awaitPhase("c-1", Phase.PHASE_READY);
        assertThat(report().getImagesList()).containsExactly(ImageKey.of(PINNED));
        order(1, 2, wanted("c-1", image, Goal.STOP));
        awaitPhase("c-1", Phase.PHASE_STOPPED);
        order(1, 3);
        await("c-1 is forgotten", () -> {
            agent.report();
            agent.turn(null);
            return bus.reports.getLast().getContainersCount() == 0;
        });
    }

    /** Until the engine was looked at once more. */
    private void passes(Duration some) {
        time.steady = time.steady.plus(some);
        int looks = lent.looks.get();
        await("a look at the engine", () -> {
            // While one is under way no other begins.
            time.steady = time.steady.plusMinutes(1);
            agent.turn(null);
            return lent.looks.get() > looks;
        });
        await("what comes of it", () -> {
            agent.report();
            agent.turn(null);
            return lent.removed.isEmpty() || bus.reports.getLast().getImagesCount() == 0;
        });
    }

    @Test
    void imageThatNoAppNeedsIsRemovedAndNamedNoMore() {
        runAndStop();
        unneededImages = Set.of(ImageKey.of(PINNED));
        order(1, 4);
        // What was begun before that order was taken looks, too, and by the one before.
        await("it is removed", () -> {
            time.steady = time.steady.plusDays(1);
            agent.turn(null);
            return lent.removed.contains(ID);
        });
        await("it is said", () -> report().getImagesCount() == 0);
    }

    @Test
    void agentOfAnOlderSchedulerRemovesNothing() {
        runAndStop();
        for (int i = 0; i < 3; i++) {
            passes(Duration.ofDays(1));
        }
        assertThat(lent.removed).isEmpty();
        assertThat(report().getImagesList()).containsExactly(ImageKey.of(PINNED));
    }

    @Test
    void nothingIsRemovedBeforeTheFirstOrderOfThisStart() throws Exception {
        runAndStop();
        unneededImages = Set.of(ImageKey.of(PINNED));
        order(1, 4);
        restart();
        engine.look(known -> {});
        for (int i = 0; i < 3; i++) {
            time.steady = time.steady.plus(Duration.ofDays(1));
            agent.turn(null);
        }
        assertThat(lent.removed).isEmpty();
        assertThat(report().getImagesList()).as("it knows them").containsExactly(ImageKey.of(PINNED));
    }

    @Test
    void imageThatAnOrderNamesStays() {
        runAndStop();
        unneededImages = Set.of(ImageKey.of(PINNED));
        // It waits for the scheduler to say which it is to be made of.
        order(1, 4, wanted("c-2", image, Goal.RUN));
        awaitSeen("c-2", "with its image", container -> container.getImage().equals(PINNED));
        for (int i = 0; i < 3; i++) {
            passes(Duration.ofDays(1));
        }
        assertThat(lent.removed).isEmpty();
    }
}
