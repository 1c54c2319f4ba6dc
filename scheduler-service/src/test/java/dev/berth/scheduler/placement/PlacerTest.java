package dev.berth.scheduler.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.Allocation;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Driver;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.Image;
import dev.berth.scheduler.fleet.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacerTest {
    private static final AppId APP = new AppId("main", "app", "life-1");
    private static final Placer.Request SMALL = new Placer.Request(APP, "web", 500, 1L << 30, 0, Optional.empty());
    private static final Set<Driver.Kind> PROCESSES = Set.of(Driver.Kind.PROCESS);
    private static final Set<Driver.Kind> BOTH = Set.of(Driver.Kind.PROCESS, Driver.Kind.ENGINE);
    private static final List<Set<Driver.Kind>> DRIVERS =
            List.of(Set.of(), PROCESSES, Set.of(Driver.Kind.ENGINE), BOTH);
    private final Map<Address, AppId> kept = new HashMap<>();
    private final CapacityIndex nodes = new CapacityIndex(at -> Optional.ofNullable(kept.get(at)));

    private Allocation place(Placer.Request request, String holder) {
        Allocation on = ((Placer.Result.Placed) Placer.place(request, nodes)).on();
        nodes.reserve(on, request.key(), holder);
        return on;
    }

    private List<Lack> lacks(Placer.Request request) {
        return ((Placer.Result.Unplaceable) Placer.place(request, nodes)).lacks();
    }

    @Test
    void spreadsOneFunctionOverTheNodes() {
        nodes.has("a", "host-a", PROCESSES, 4_000, 8L << 30);
        nodes.has("b", "host-a", PROCESSES, 4_000, 8L << 30);
        Map<String, Integer> placed = new HashMap<>();
        for (int i = 0; i < 4; i++) {
            placed.merge(place(SMALL, "c" + i).node(), 1, Integer::sum);
        }
        assertThat(placed).isEqualTo(Map.of("a", 2, "b", 2));
    }

    @Test
    void saysOfEachNodeWhyItDoesNotFit() {
        Instant noon = Instant.parse("2026-01-01T12:00:00Z");
        nodes.has("full", "host-a", PROCESSES, 400, 8L << 30);
        nodes.has("gone", "host-a", PROCESSES, 4_000, 8L << 30);
        nodes.lost("gone", noon);
        nodes.node("mute");
        nodes.has("thin", "host-a", PROCESSES, 4_000, 1L << 20);
        assertThat(lacks(SMALL))
                .containsExactly(
                        new Lack.Cpu("full", 400, 400),
                        new Lack.Lost("gone", noon),
                        new Lack.Memory("thin", 1L << 20, 1L << 20),
                        new Lack.Unheard("mute"));
        nodes.found("gone");
        assertThat(place(SMALL, "c").node()).isEqualTo("gone");
    }

    @Test
    void ofManyNodesItNamesAFewAndCountsTheRest() {
        for (int i = 0; i < 100; i++) {
            nodes.has("n" + i, "host", PROCESSES, 100, 1L << 30);
        }
        Placer.Result.Unplaceable result = (Placer.Result.Unplaceable) Placer.place(SMALL, nodes);
        assertThat(result.lacks()).hasSize(8);
        assertThat(result.others()).isEqualTo(92);
    }

    @Test
    void fixedPortIsHeldByOneContainerOfANode() {
        Placer.Request request = new Placer.Request(APP, "web", 100, 1 << 20, 8000, Optional.empty());
        nodes.has("a", "host-a", PROCESSES, 4_000, 8L << 30);
        Allocation first = place(request, "c-1");
        assertThat(lacks(request)).containsExactly(new Lack.Port("a", 8000, "c-1"));
        nodes.release(first, request.key(), "c-1");
        assertThat(place(request, "c-2").node()).isEqualTo("a");
    }

    @Test
    void portThatAnotherAppHasLeftIsKeptFromOthersAlone() {
        AppId other = new AppId("main", "other", "life-1");
        Address at = new Address("host-a", 8000);
        kept.put(at, other);
        nodes.has("a", "host-a", PROCESSES, 4_000, 8L << 30);
        nodes.has("twin", "host-a", PROCESSES, 4_000, 8L << 30);
        Placer.Request request = new Placer.Request(APP, "web", 100, 1 << 20, 8000, Optional.empty());
        assertThat(lacks(request))
                .containsExactly(new Lack.PortVacated("a", at, other), new Lack.PortVacated("twin", at, other));
        assertThat(place(new Placer.Request(other, "web", 100, 1 << 20, 8000, Optional.empty()), "c-1")
                        .port())
                .isEqualTo(8000);
        nodes.has("b", "host-b", PROCESSES, 4_000, 8L << 30);
        assertThat(place(request, "c-2").node()).isEqualTo("b");
        assertThat(place(SMALL, "c-3").port()).as("it asks for none").isZero();
    }

    @Test
    void portIsFreedByItsHolderAlone() {
        Allocation port = new Allocation("a", 100, 1 << 20, 8000, Set.of());
        Allocation none = new Allocation("a", 100, 1 << 20, 8000, Set.of());
        nodes.has("a", "host-a", PROCESSES, 4_000, 8L << 30);
        nodes.reserve(port, SMALL.key(), "c-1");
        nodes.release(none, SMALL.key(), "c-2");
        assertThat(lacks(new Placer.Request(APP, "web", 100, 1 << 20, 8000, Optional.empty())))
                .containsExactly(new Lack.Port("a", 8000, "c-1"));
    }

    @Test
    void reservingTwiceWhatIsExclusiveFailsLoudly() {
        nodes.has("a", "host-a", PROCESSES, 4_000, 8L << 30);
        nodes.reserve(new Allocation("a", 100, 1 << 20, 0, Set.of("GPU-0")), SMALL.key(), "c-1");
        assertThatIllegalStateException()
                .isThrownBy(() -> nodes.reserve(
                        new Allocation("a", 100, 1 << 20, 0, Set.of("GPU-1", "GPU-0")), SMALL.key(), "c-2"))
                .withMessageContaining("GPU-0")
                .withMessageContaining("c-1");
        nodes.reserve(new Allocation("a", 100, 1 << 20, 0, Set.of("GPU-1")), SMALL.key(), "c-3");
    }

    private static Placer.Request imaged(int port) {
        return new Placer.Request(APP, "web", 500, 1L << 30, port, Optional.of("x:1"));
    }

    @Test
    void containersGoWhereTheirDriverIs() {
        nodes.has("bare", "host-a", PROCESSES, 4_000, 9L << 30);
        nodes.has("both", "host-b", BOTH, 4_000, 2L << 30);
        nodes.has("engine", "host-c", Set.of(Driver.Kind.ENGINE), 4_000, 8L << 30);
        assertThat(place(imaged(0), "c-1").node()).as("the roomiest of two").isEqualTo("engine");
        assertThat(place(imaged(0), "c-2").node()).as("the other one has none").isEqualTo("both");
        assertThat(place(SMALL, "c-3").node()).isEqualTo("bare");
        nodes.lost("bare", Instant.EPOCH);
        assertThat(place(SMALL, "c-4").node()).isEqualTo("both");
    }

    @Test
    void whereNoNodeHasTheDriverEachSaysSo() {
        Instant noon = Instant.parse("2026-01-01T12:00:00Z");
        nodes.has("a", "host-a", PROCESSES, 4_000, 8L << 30);
        nodes.has("gone", "host-b", PROCESSES, 4_000, 8L << 30);
        nodes.lost("gone", noon);
        Placer.Result.Unplaceable nowhere = (Placer.Result.Unplaceable) Placer.place(imaged(0), nodes);
        assertThat(nowhere.needsDriver()).isTrue();
        assertThat(nowhere.lacks())
                .containsExactly(
                        new Lack.NoDriver("a", Driver.Kind.ENGINE), new Lack.NoDriver("gone", Driver.Kind.ENGINE));
        nodes.has("tiny", "host-c", BOTH, 400, 8L << 30);
        Placer.Result.Unplaceable full = (Placer.Result.Unplaceable) Placer.place(imaged(0), nodes);
        assertThat(full.needsDriver()).isFalse();
        assertThat(full.lacks())
                .as("those that could run it come first")
                .containsExactly(
                        new Lack.Cpu("tiny", 400, 400),
                        new Lack.NoDriver("a", Driver.Kind.ENGINE),
                        new Lack.NoDriver("gone", Driver.Kind.ENGINE));
        nodes.has("engine", "host-d", Set.of(Driver.Kind.ENGINE), 4_000, 8L << 30);
        nodes.lost("a", noon);
        nodes.has("tiny", "host-c", Set.of(), 400, 8L << 30);
        assertThat(lacks(SMALL))
                .containsExactly(
                        new Lack.Lost("a", noon),
                        new Lack.Lost("gone", noon),
                        new Lack.NoDriver("engine", Driver.Kind.PROCESS),
                        new Lack.NoDriver("tiny", Driver.Kind.PROCESS));
    }

    @Test
    void driverThatAppearsOrGoesIsNoticed() {
        nodes.has("a", "host-a", PROCESSES, 4_000, 8L << 30);
        assertThat(lacks(imaged(0))).hasSize(1);
        nodes.has("a", "host-a", BOTH, 4_000, 8L << 30);
        Allocation on = place(imaged(0), "c-1");
        nodes.has("a", "host-a", PROCESSES, 4_000, 8L << 30);
        assertThat(lacks(imaged(0))).containsExactly(new Lack.NoDriver("a", Driver.Kind.ENGINE));
        nodes.release(on, imaged(0).key(), "c-1");
        assertThat(nodes.node("a").cpuMillisFree()).isEqualTo(4_000);
    }

    @Test
    void nodesThatCouldRunItComeBeforeManyThatCouldNot() {
        for (int i = 0; i < 20; i++) {
            nodes.has("n" + i, "host", PROCESSES, 4_000, 8L << 30);
        }
        nodes.has("tiny", "host-c", BOTH, 400, 8L << 30);
        Placer.Result.Unplaceable full = (Placer.Result.Unplaceable) Placer.place(imaged(0), nodes);
        assertThat(full.lacks()).hasSize(8).startsWith(new Lack.Cpu("tiny", 400, 400));
        assertThat(full.others()).isEqualTo(13);
    }

    @Test
    void fixedPortIsTheNodesOnlyWhereTheNetworkIs() {
        assertThat(port(Optional.empty())).isEqualTo(8_000);
        assertThat(port(Optional.of(new Image("x:1", true)))).isEqualTo(8_000);
        assertThat(port(Optional.of(new Image("x:1", false)))).isZero();
    }

    private static int port(Optional<Image> image) {
        return Placer.Request.of(
                        APP,
                        new FunctionSpec(
                                "web",
                                "digest",
                                new Kind.Web(8_000, List.of(), false),
                                100,
                                1 << 20,
                                1,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(1),
                                image))
                .port();
    }

    /** The index against the rule itself, applied to every node. */
    @Test
    void findsTheBestOfAllThatFit() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            CapacityIndex index = new CapacityIndex(at -> Optional.empty());
            List<NodeCapacity> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                index.has(
                        "n" + i,
                        "host",
                        DRIVERS.get(random.nextInt(DRIVERS.size())),
                        random.nextInt(4_000),
                        (long) random.nextInt(8) << 30);
                all.add(index.node("n" + i));
            }
            Map<String, Runnable> held = new HashMap<>();
            for (int i = 0; i < 120; i++) {
                String holder = "c" + i;
                Placer.Request request = new Placer.Request(
                        APP,
                        "f" + random.nextInt(3),
                        1 + random.nextInt(900),
                        1L + random.nextInt(1 << 30),
                        random.nextInt(4) == 0 ? 8_000 + random.nextInt(2) : 0,
                        random.nextInt(3) == 0 ? Optional.of("x") : Optional.empty());
                List<NodeCapacity> fitting = all.stream()
                        .filter(node -> node.lack(request).isEmpty())
                        .toList();
                Placer.Result result = Placer.place(request, index);
                if (result instanceof Placer.Result.Placed placed) {
                    NodeCapacity node = index.node(placed.on().node());
                    assertThat(fitting).as("seed %d", seed).contains(node).allSatisfy(other -> {
                        assertThat(other.of(request.key())).isGreaterThanOrEqualTo(node.of(request.key()));
                        if (other.of(request.key()) == node.of(request.key())) {
                            assertThat(other.memoryBytesFree()).isLessThanOrEqualTo(node.memoryBytesFree());
                        }
                    });
                    index.reserve(placed.on(), request.key(), holder);
                    held.put(holder, () -> index.release(placed.on(), request.key(), holder));
                    assertThat(node.cpuMillisFree()).as("seed %d", seed).isNotNegative();
                    assertThat(node.memoryBytesFree()).as("seed %d", seed).isNotNegative();
                } else {
                    assertThat(fitting).as("seed %d", seed).isEmpty();
                }
                if (random.nextInt(3) == 0 && !held.isEmpty()) {
                    held.remove(held.keySet().iterator().next()).run();
                }
                if (random.nextInt(10) == 0) {
                    String node = "n" + random.nextInt(6);
                    if (random.nextInt(3) == 0) {
                        index.has(
                                node,
                                "host",
                                DRIVERS.get(random.nextInt(DRIVERS.size())),
                                index.node(node).cpuMillis(),
                                index.node(node).memoryBytes());
                    } else if (random.nextBoolean()) {
                        index.lost(node, Instant.EPOCH);
                    } else {
                        index.found(node);
                    }
                }
            }
        }
    }
}
