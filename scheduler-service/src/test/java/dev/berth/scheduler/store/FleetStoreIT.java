package dev.berth.scheduler.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.scheduler.cluster.Turn;
import dev.berth.scheduler.cluster.Vacated;
import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.Allocation;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.Image;
import dev.berth.scheduler.fleet.Kind;
import dev.berth.scheduler.fleet.Seen;
import dev.berth.scheduler.fleet.VersionSpec;
import dev.berth.scheduler.rollout.Receipt;
import dev.berth.scheduler.rollout.Rollout;
import dev.berth.scheduler.rollout.Step;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgBuilder;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the real PostgreSQL: what is written comes back as it was, each value in its place. */
class FleetStoreIT {
    private static final Turn.Kept NOTHING = new Turn.Kept(List.of(), Set.of(), Set.of(), Set.of());
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final AppId APP = new AppId("main", "demo", "life-1");
    private static final AppId NEXT_LIFE = new AppId("main", "demo", "life-2");
    private static EmbeddedPostgres postgres;
    private static Vertx vertx;
    private static Pool pool;
    private final FleetStore store = new FleetStore(pool);

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
        vertx = Vertx.vertx();
        pool = PgBuilder.pool()
                .connectingTo(new PgConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(postgres.getPort())
                        .setDatabase("postgres")
                        .setUser("postgres")
                        .setPassword("postgres"))
                .using(vertx)
                .build();
    }

    @AfterAll
    static void end() throws IOException {
        await(pool.close());
        await(vertx.close());
        postgres.close();
    }

    @BeforeEach
    void emptySchema() {
        Flyway flyway = flyway("latest");
        flyway.clean();
        flyway.migrate();
    }

    /** @param target the migration to go to */
    private static Flyway flyway(String target) {
        return Flyway.configure()
                .dataSource(postgres.getPostgresDatabase())
                .schemas("scheduler")
                .locations("classpath:db/scheduler")
                .cleanDisabled(false)
                .target(target)
                .load();
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(20));
    }

    private static Instant at(int second) {
        return Instant.parse("2026-01-01T00:00:00Z").plusSeconds(second);
    }

    private static Container container(String id, Goal goal, Seen seen) {
        return new Container(
                id,
                APP,
                3,
                "web",
                new Allocation("node-7", 250, 11L << 30, 8_443, Set.of("GPU-a", "GPU-b")),
                at(1),
                goal,
                seen);
    }

    private static Turn turn(
            List<Container> containers,
            List<Turn.AppRow> apps,
            List<Turn.VersionRow> versions,
            List<Turn.RolloutRow> rollouts) {
        return new Turn(
                containers,
                Set.of(),
                apps,
                versions,
                List.of(),
                rollouts,
                Set.of(),
                Set.of(),
                NOTHING,
                Set.of(),
                List.of(),
                17,
                true,
                List.of(),
                List.of(),
                Optional.empty());
    }

    private static Turn turn(Turn.PinRow... pins) {
        return new Turn(
                List.of(),
                Set.of(),
                List.of(),
                List.of(),
                List.of(pins),
                List.of(),
                Set.of(),
                Set.of(),
                NOTHING,
                Set.of(),
                List.of(),
                17,
                true,
                List.of(),
                List.of(),
                Optional.empty());
    }

    private static Turn turn(Turn.Kept kept, boolean settled) {
        return new Turn(
                List.of(),
                Set.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Set.of(),
                Set.of(),
                kept,
                Set.of(),
                List.of(),
                17,
                settled,
                List.of(),
                List.of(),
                Optional.empty());
    }

    private FleetStore.Stored commit(Turn turn) {
        FleetStore.Lease lease = lease("a");
        await(store.commit(lease.epoch(), LEASE, turn));
        return await(store.load());
    }

    private FleetStore.Lease lease(String holder) {
        return await(store.acquire(holder, LEASE, 0, 0)).orElseThrow();
    }

    @Test
    void containersComeBackWithEveryGoalAndEverySighting() {
        Address address = new Address("10.1.2.3", 9_001);
        List<Container> containers = List.of(
                container("c-1", new Goal.Run(), new Seen.Ordered()),
                container("c-2", new Goal.Run(), new Seen.Starting("answers 503")),
                container("c-3", new Goal.Run(), new Seen.Ready(address, at(5))),
                container("c-4", new Goal.Drain(4, at(60), OptionalLong.empty()), new Seen.Ready(address, at(6))),
                container("c-5", new Goal.Drain(4, at(61), OptionalLong.of(99)), new Seen.Ready(address, at(7))),
                container("c-6", new Goal.Stop(), new Seen.Stopping(Optional.of(address))),
                container("c-7", new Goal.Stop(), new Seen.Stopping(Optional.empty())),
                container("c-8", new Goal.Fetch(), new Seen.Starting("pulling")));
        assertThat(commit(turn(containers, List.of(), List.of(), List.of())).containers())
                .containsExactlyElementsOf(containers);
    }

    @Test
    void whatChangesOfAContainerIsWrittenOver() {
        Container before = container("c-1", new Goal.Run(), new Seen.Ordered());
        Container after = new Container(
                "c-1",
                APP,
                5,
                "web",
                before.on(),
                before.orderedAt(),
                new Goal.Drain(6, at(70), OptionalLong.of(8)),
                new Seen.Ready(new Address("h", 1), at(9)));
        commit(turn(List.of(before), List.of(), List.of(), List.of()));
        assertThat(commit(turn(List.of(after), List.of(), List.of(), List.of())).containers())
                .containsExactly(after);
    }

    @Test
    void rolloutsComeBackInEveryStep() {
        Receipt receipt = new Receipt(1, 2, 3, 4, 5, 6, 7, 8, false);
        List<Step> steps = List.of(
                new Step.Starting(),
                new Step.CuttingOver(at(2), OptionalLong.empty()),
                new Step.CuttingOver(at(3), OptionalLong.of(33)),
                new Step.Live(at(4), 44, at(5)),
                new Step.Superseded("by v9", at(6), 55, Optional.of(at(7))),
                new Step.Superseded("stopped", at(8), 0, Optional.empty()),
                new Step.Failed("it crashed"),
                new Step.Cancelled("overtaken"));
        List<Turn.RolloutRow> rollouts = new ArrayList<>();
        for (Step step : steps) {
            rollouts.add(new Turn.RolloutRow(APP, new Rollout(rollouts.size() + 1, at(1), step, receipt)));
        }
        FleetStore.Stored stored = commit(turn(List.of(), List.of(new Turn.AppRow(APP, 4, 3)), List.of(), rollouts));
        assertThat(stored.rollouts()).containsExactlyInAnyOrderElementsOf(rollouts);
        assertThat(stored.apps()).containsExactly(new Turn.AppRow(APP, 4, 3));
        assertThat(await(store.rollouts(APP)))
                .containsExactlyElementsOf(rollouts.reversed().stream()
                        .map(Turn.RolloutRow::rollout)
                        .toList());
        assertThat(await(store.rollouts(NEXT_LIFE)))
                .as("another life's are not its own")
                .isEmpty();
    }

    @Test
    void completeRolloutsOfVersionsThatAreOverAreNotLoaded() {
        Rollout over = Rollout.begun(1, at(1)).failed("it did").with(Receipt.EMPTY.completed());
        Rollout newest = Rollout.begun(2, at(2)).failed("it did").with(Receipt.EMPTY.completed());
        assertThat(commit(turn(
                                List.of(),
                                List.of(new Turn.AppRow(APP, 0, 2)),
                                List.of(),
                                List.of(new Turn.RolloutRow(APP, over), new Turn.RolloutRow(APP, newest))))
                        .rollouts())
                .containsExactly(new Turn.RolloutRow(APP, newest));
    }

    @Test
    void versionsComeBackWithFunctionsOfEveryKindInTheirOrder() {
        VersionSpec spec = new VersionSpec(
                3,
                true,
                false,
                2,
                List.of(
                        new FunctionSpec(
                                "web",
                                "digest-w",
                                new Kind.Web(8_000, List.of("demo-web", "demo"), true),
                                100,
                                1 << 20,
                                2,
                                Duration.ofSeconds(300),
                                Duration.ofSeconds(120),
                                Optional.of(new Image("ghcr.io/acme/web:3", false))),
                        new FunctionSpec(
                                "ask",
                                "digest-c",
                                new Kind.Call(9_000),
                                200,
                                2 << 20,
                                0,
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(30),
                                Optional.of(new Image("ask", true))),
                        new FunctionSpec(
                                "all",
                                "digest-j",
                                new Kind.Job(),
                                300,
                                3 << 20,
                                1,
                                Duration.ofSeconds(40),
                                Duration.ofSeconds(50),
                                Optional.empty())));
        VersionSpec other = new VersionSpec(4, false, true, 0, List.of());
        List<Turn.VersionRow> versions = List.of(new Turn.VersionRow(APP, spec), new Turn.VersionRow(NEXT_LIFE, other));
        assertThat(commit(turn(List.of(), List.of(), versions, List.of())).versions())
                .containsExactlyInAnyOrderElementsOf(versions);
    }

    @Test
    void whatIsNotNeededAnyMoreGoesAndTheNextLifeStays() {
        VersionSpec spec = new VersionSpec(1, false, false, 0, List.of());
        Rollout rollout = Rollout.begun(1, at(1));
        for (AppId id : List.of(APP, NEXT_LIFE)) {
            commit(turn(new Turn.PinRow(id, 1, "web:3", "web@sha256:1")));
            commit(turn(
                    List.of(),
                    List.of(new Turn.AppRow(id, 1, 1)),
                    List.of(new Turn.VersionRow(id, spec)),
                    List.of(new Turn.RolloutRow(id, rollout))));
        }
        commit(turn(List.of(container("c-1", new Goal.Stop(), new Seen.Ordered())), List.of(), List.of(), List.of()));
        FleetStore.Stored stored = commit(new Turn(
                List.of(),
                Set.of("c-1"),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Set.of(),
                Set.of(APP),
                NOTHING,
                Set.of(),
                List.of(),
                18,
                true,
                List.of(),
                List.of(),
                Optional.empty()));
        assertThat(stored.containers()).isEmpty();
        assertThat(stored.apps()).containsExactly(new Turn.AppRow(NEXT_LIFE, 1, 1));
        assertThat(stored.versions()).containsExactly(new Turn.VersionRow(NEXT_LIFE, spec));
        assertThat(stored.rollouts()).containsExactly(new Turn.RolloutRow(NEXT_LIFE, rollout));
        FleetStore.Stored last = commit(new Turn(
                List.of(),
                Set.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Set.of(new Turn.VersionKey(NEXT_LIFE, 1)),
                Set.of(),
                NOTHING,
                Set.of(),
                List.of(),
                18,
                true,
                List.of(),
                List.of(),
                Optional.empty()));
        assertThat(last.versions()).isEmpty();
        assertThat(last.pins())
                .as("a rollback may want it")
                .containsExactly(new Turn.PinRow(NEXT_LIFE, 1, "web:3", "web@sha256:1"));
    }

    @Test
    void imagesOfVersionsComeBack() {
        Turn.PinRow first = new Turn.PinRow(APP, 1, "ghcr.io/acme/web:3", "ghcr.io/acme/web@sha256:1");
        Turn.PinRow other = new Turn.PinRow(APP, 1, "local", "sha256:2");
        Turn.PinRow next = new Turn.PinRow(APP, 2, "ghcr.io/acme/web:3", "ghcr.io/acme/web@sha256:3");
        commit(turn(first, other));
        assertThat(commit(turn(next)).pins()).containsExactlyInAnyOrder(first, other, next);
    }

    @Test
    void versionsFromBeforeImagesWereKeptAreRead() {
        flyway("4").clean();
        flyway("4").migrate();
        await(pool.query("""
                insert into scheduler.version (environment, app, life, version, fresh, recreate)
                values ('main', 'demo', 'life-1', 7, true, false)""").execute());
        flyway("latest").migrate();
        assertThat(await(store.load()).versions())
                .containsExactly(new Turn.VersionRow(APP, new VersionSpec(7, true, false, 0, List.of())));
    }

    @Test
    void addressesThatAreKeptAndGatewaysThatMayKnowThemComeBack() {
        Vacated published = new Vacated(new Address("10.1.2.3", 8_000), "node-7", APP, OptionalLong.of(71));
        Vacated before = new Vacated(new Address("10.1.2.3", 8_001), "node-7", APP, OptionalLong.empty());
        Vacated after = new Vacated(before.at(), "node-8", NEXT_LIFE, OptionalLong.of(72));
        FleetStore.Stored first =
                commit(turn(new Turn.Kept(List.of(published, before), Set.of(), Set.of("g-1", "g-2"), Set.of()), true));
        assertThat(first.vacated()).containsExactlyInAnyOrder(published, before);
        assertThat(first.gateways()).containsExactlyInAnyOrder("g-1", "g-2");
        FleetStore.Stored second =
                commit(turn(new Turn.Kept(List.of(after), Set.of(published.at()), Set.of("g-2"), Set.of("g-1")), true));
        assertThat(second.vacated()).containsExactly(after);
        assertThat(second.gateways()).containsExactly("g-2");
    }

    @Test
    void nextLeaderHearsWhetherTheLastTurnWasSettled() {
        await(store.commit(lease("a").epoch(), LEASE, turn(NOTHING, false)));
        assertThat(lease("a").settled()).isFalse();
        await(store.commit(lease("a").epoch(), LEASE, turn(NOTHING, true)));
        assertThat(lease("a").settled()).isTrue();
    }

    @Test
    void deposedLeaderWritesNothing() {
        FleetStore.Lease first = lease("a");
        FleetStore.Lease second = lease("a");
        assertThat(second.epoch()).isEqualTo(first.epoch() + 1);
        Turn turn =
                turn(List.of(container("c-1", new Goal.Run(), new Seen.Ordered())), List.of(), List.of(), List.of());
        assertThatThrownBy(() -> await(store.commit(first.epoch(), LEASE, turn)))
                .isInstanceOf(DeposedException.class);
        assertThatThrownBy(() -> await(store.renew(first.epoch(), LEASE))).isInstanceOf(DeposedException.class);
        assertThat(await(store.load()).containers()).isEmpty();
        await(store.renew(second.epoch(), LEASE));
    }

    @Test
    void leaseIsAnothersWhileItLastsAndFreeWhenItIsReleased() {
        FleetStore.Lease first = lease("a");
        assertThat(await(store.acquire("b", LEASE, 0, 0))).isEmpty();
        await(store.release(first.epoch()));
        assertThat(await(store.acquire("b", LEASE, 0, 0))).isPresent();
    }

    @Test
    void newEpochIsAboveWhatWasSeenAndSequencesGoOn() {
        await(store.commit(lease("a").epoch(), LEASE, turn(List.of(), List.of(), List.of(), List.of())));
        FleetStore.Lease raised = await(store.acquire("a", LEASE, 1_000, 5)).orElseThrow();
        assertThat(raised.epoch()).isEqualTo(1_001);
        assertThat(raised.sequence()).as("committed was 17").isEqualTo(17);
        assertThat(await(store.acquire("a", LEASE, 0, 900)).orElseThrow().sequence())
                .isEqualTo(900);
        assertThat(Duration.between(raised.at(), Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
    }
}
