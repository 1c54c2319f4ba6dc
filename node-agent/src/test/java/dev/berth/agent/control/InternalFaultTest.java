package dev.berth.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerReconciler.Goal;
import dev.berth.agent.container.Wanted;
import dev.berth.protocol.v1.Phase;
import org.junit.jupiter.api.Test;

/** What nobody foresaw ends one container in words, at most; no container is left to nobody. */
class InternalFaultTest extends AgentKit {
    private static final String REASON =
            "an internal fault of this node's agent: java.lang.NoClassDefFoundError: dev/berth/Missing";

    private static Error fault() {
        return new NoClassDefFoundError("dev/berth/Missing");
    }

    private void awaitForgotten() {
        order(1, 9);
        await("that it is forgotten", () -> {
            time.steady = time.steady.plusMillis(100);
            return report().getContainersCount() == 0;
        });
    }

    @Test
    void startThatBreaksIsAFailureInWordsAndWhatRunsOfItIsEnded() {
        host.faults.put("c-1", fault());
        order(1, 1, wanted("c-1", named, Goal.RUN), wanted("c-2", named, Goal.RUN));
        awaitPhase("c-1", Phase.PHASE_FAILED);
        assertThat(seen("c-1").getReason()).isEqualTo(REASON);
        assertThat(seen("c-1").getHopeless()).isFalse();
        assertThat(host.killed).containsExactly("c-1");
        awaitPhase("c-2", Phase.PHASE_READY);
        host.faults.clear();
        awaitForgotten();
    }

    @Test
    void whatIsFetchedForItMayBreakToo() {
        order(1, 1, wanted("c-1", new Wanted.What.Named("broken"), Goal.RUN));
        awaitPhase("c-1", Phase.PHASE_FAILED);
        assertThat(seen("c-1").getReason()).contains("an internal fault").endsWith("dev/berth/Spec");
        awaitForgotten();
    }

    @Test
    void lookThatBreaksEndsWhatIsNotReadyYet() throws Exception {
        app.close();
        order(1, 1, wanted("c-1", named, Goal.RUN));
        awaitPhase("c-1", Phase.PHASE_STARTING);
        host.faults.put("c-1", fault());
        host.tell("c-1");
        awaitPhase("c-1", Phase.PHASE_FAILED);
        assertThat(seen("c-1").getReason()).isEqualTo(REASON);
        assertThat(host.killed).containsExactly("c-1");
    }

    @Test
    void whatServesRunsOnAndIsLookedAtAgainUntilItIsToEnd() {
        run("c-1");
        host.faults.put("c-1", fault());
        host.tell("c-1");
        awaitReason("c-1", REASON);
        assertThat(seen("c-1").getPhase()).isEqualTo(Phase.PHASE_READY);
        host.faults.clear();
        awaitSeen("c-1", "well again", container -> {
            time.steady = time.steady.plusMillis(100);
            return container.getReason().isEmpty();
        });
        assertThat(host.killed).isEmpty();
        host.faults.put("c-1", fault());
        order(1, 2, wanted("c-1", named, Goal.STOP));
        awaitPhase("c-1", Phase.PHASE_FAILED);
        assertThat(seen("c-1").getReason()).isEqualTo(REASON);
        assertThat(host.killed).containsExactly("c-1");
    }

    @Test
    void whatCantBeForgottenIsTriedAgain() {
        host.faults.put("c-1", fault());
        order(1, 1, wanted("c-1", named, Goal.RUN));
        awaitPhase("c-1", Phase.PHASE_FAILED);
        int before = host.faulted.get();
        order(1, 2);
        await("a first try", () -> host.faulted.get() > before);
        assertThat(report().getContainersCount()).isEqualTo(1);
        host.faults.clear();
        awaitForgotten();
    }
}
