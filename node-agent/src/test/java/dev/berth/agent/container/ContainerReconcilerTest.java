package dev.berth.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ContainerReconcilerTest {
    private static final Duration NOW = Duration.ofHours(1);
    private static final Optional<ContainerReconciler.Goal> RUN = Optional.of(ContainerReconciler.Goal.RUN);
    private static final Optional<ContainerReconciler.Goal> STOP = Optional.of(ContainerReconciler.Goal.STOP);
    private static final ContainerSpec SPEC = ContainerSpec.processes(
            "d", List.of("run"), Map.of(), 0, "", 0, 0, Duration.ofSeconds(30), Duration.ofSeconds(10), "");

    private static ContainerReconciler.Step step(
            ContainerState state, Optional<ContainerReconciler.Goal> goal, Exit exit) {
        return ContainerReconciler.reconcile(SPEC, state, goal, Optional.ofNullable(exit), NOW);
    }

    private static final Address AT = new Address("127.0.0.1", 1);

    @Test
    void readyOneIsLeftAlone() {
        assertThat(step(new ContainerState.Ready(NOW, AT), RUN, null))
                .isEqualTo(new ContainerReconciler.Step.Nothing());
    }

    @Test
    void startingOneFailsAfterItsTimeoutAndNotBefore() {
        ContainerState.Starting young = new ContainerState.Starting(NOW.minusSeconds(29), AT);
        assertThat(step(young, RUN, null)).isEqualTo(new ContainerReconciler.Step.Nothing());
        ContainerState.Starting old = new ContainerState.Starting(NOW.minusSeconds(30), AT);
        assertThat(step(old, RUN, null)).isInstanceOfSatisfying(ContainerReconciler.Step.End.class, end -> {
            assertThat(end.ended().how()).isEqualTo(ContainerState.Ended.How.TIMED_OUT);
            assertThat(end.ended().failed()).isTrue();
        });
    }

    @Test
    void endByItselfIsAFailureAndEndByOrderIsNot() {
        assertThat(step(new ContainerState.Ready(NOW, AT), RUN, new Exit(0, false)))
                .isInstanceOfSatisfying(
                        ContainerReconciler.Step.End.class,
                        end -> assertThat(end.ended().failed()).isTrue());
        assertThat(step(new ContainerState.Stopping(NOW, AT), STOP, new Exit(143, false)))
                .isInstanceOfSatisfying(
                        ContainerReconciler.Step.End.class,
                        end -> assertThat(end.ended().failed()).isFalse());
    }

    @Test
    void unwantedOneIsAskedFirstAndKilledAfterItsGrace() {
        assertThat(step(new ContainerState.Ready(NOW, AT), STOP, null))
                .isEqualTo(new ContainerReconciler.Step.Terminate());
        assertThat(step(new ContainerState.Ready(NOW, AT), Optional.empty(), null))
                .isEqualTo(new ContainerReconciler.Step.Terminate());
        assertThat(step(new ContainerState.Stopping(NOW.plusMillis(1), AT), STOP, null))
                .isEqualTo(new ContainerReconciler.Step.Nothing());
        assertThat(step(new ContainerState.Stopping(NOW, AT), STOP, null))
                .isEqualTo(new ContainerReconciler.Step.Kill());
    }

    @Test
    void endedOneIsToldOfUntilNoOrderNamesIt() {
        ContainerState.Ended ended = new ContainerState.Preparing().failed("x");
        assertThat(step(ended, RUN, null)).isEqualTo(new ContainerReconciler.Step.Nothing());
        assertThat(step(ended, Optional.empty(), null)).isEqualTo(new ContainerReconciler.Step.Forget());
    }

    @Test
    void exitsAreToldApart() {
        assertThat(new Exit(3, false).words()).isEqualTo("exited with status 3");
        assertThat(new Exit(127, false).words()).contains("not found");
        assertThat(new Exit(139, false).words()).isEqualTo("was ended by signal SIGSEGV");
        assertThat(new Exit(137, true).words()).contains("out of memory");
    }
}
