package dev.berth.gateway.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShownTest {
    private static final AppName A = new AppName("main", "a");
    private static final AppName B = new AppName("main", "b");
    private final Shown shown = new Shown(0);

    private static Shown.At at(long epoch, long sequence) {
        return new Shown.At(epoch, sequence);
    }

    private static AppStatus app(AppName name, int live) {
        return new AppStatus(name, "this", live, 0, live, List.of(), Map.of());
    }

    private static ContainerStatus container(String id, AppName app, String life, int version) {
        return new ContainerStatus(
                id, app, life, version, "web", "n", ContainerStatus.State.READY, "", Instant.EPOCH, "h:1", "", false);
    }

    private static NodeStatus node(String name, ContainerStatus... containers) {
        return new NodeStatus(
                name,
                NodeStatus.State.READY,
                1,
                1,
                1,
                1,
                containers.length,
                Instant.EPOCH,
                List.of(),
                List.of(),
                Arrays.asList(containers));
    }

    private List<String> ids(AppName app) {
        return shown.containers(app).stream().map(ContainerStatus::id).toList();
    }

    @Test
    void laterWordCountsWhateverComesLast() {
        shown.app(at(2, 5), app(A, 2));
        shown.app(at(2, 4), app(A, 1));
        shown.app(at(1, 9), app(A, 1));
        assertThat(shown.app(A)).contains(app(A, 2));
        shown.app(at(3, 1), app(A, 3));
        assertThat(shown.app(A)).contains(app(A, 3));
    }

    @Test
    void whatIsGoneStaysGoneWhenItIsHeardLate() {
        shown.app(at(2, 5), app(A, 2));
        shown.gone(at(2, 6), A);
        shown.app(at(2, 5), app(A, 2));
        assertThat(shown.app(A)).isEmpty();
    }

    @Test
    void nodeTakesItsContainersAlong() {
        shown.node(at(1, 1), node("n", container("c1", A, "this", 1), container("c2", B, "this", 1)));
        shown.node(at(1, 2), node("m", container("c3", A, "this", 1)));
        assertThat(ids(A)).containsExactly("c3", "c1");
        shown.node(at(1, 3), node("n", container("c2", B, "this", 1)));
        shown.node(at(1, 1), node("n", container("c1", A, "this", 1)));
        assertThat(ids(A)).containsExactly("c3");
        assertThat(ids(B)).containsExactly("c2");
        assertThat(shown.containers("main")).hasSize(2);
        assertThat(shown.containers("other")).isEmpty();
        assertThat(shown.nodes()).extracting(NodeStatus::name).containsExactly("m", "n");
    }

    @Test
    void containerIsOutdatedByWhatServesNow() {
        shown.node(
                at(1, 1),
                node(
                        "n",
                        container("old", A, "this", 1),
                        container("new", A, "this", 2),
                        container("before", A, "before", 9),
                        container("stranger", A, "", 1)));
        assertThat(shown.containers(A))
                .filteredOn(ContainerStatus::outdated)
                .extracting(ContainerStatus::id)
                .as("nothing serves")
                .containsExactly("old", "new", "before");
        shown.app(at(1, 2), app(A, 2));
        assertThat(shown.containers(A))
                .filteredOn(ContainerStatus::outdated)
                .extracting(ContainerStatus::id)
                .containsExactly("old", "before");
    }

    @Test
    void whatTheNextLeaderDoesNotShowIsNoMore() {
        shown.app(at(1, 1), app(A, 1));
        shown.app(at(1, 2), app(B, 1));
        shown.node(at(1, 3), node("n", container("c1", A, "this", 1)));
        shown.head(1, true, 10);
        shown.app(at(2, 1), app(B, 2));
        shown.head(2, false, 20);
        assertThat(shown.app(A)).as("it has not shown all").isPresent();
        assertThat(ids(A)).containsExactly("c1");
        shown.head(2, true, 30);
        assertThat(shown.app(A)).isEmpty();
        assertThat(ids(A)).isEmpty();
        assertThat(shown.nodes()).isEmpty();
        assertThat(shown.app(B)).contains(app(B, 2));
    }

    @Test
    void whatComesLateOfTheLeaderBeforeDoesNotComeBack() {
        shown.head(2, true, 10);
        shown.app(at(1, 9), app(A, 1));
        shown.node(at(1, 10), node("n", container("c1", A, "this", 1)));
        assertThat(shown.app(A)).isEmpty();
        assertThat(shown.nodes()).isEmpty();
    }

    @Test
    void schedulerIsSilentWhereNoLeaderIsHeard() {
        assertThat(shown.silent(3_000)).as("this gateway has just started").isFalse();
        assertThat(shown.silent(3_001)).isTrue();
        shown.head(2, true, 4_000);
        assertThat(shown.silent(7_000)).isFalse();
        shown.head(1, true, 7_000);
        assertThat(shown.silent(7_001))
                .as("one that leads no more counts for nothing")
                .isTrue();
    }
}
