package dev.berth.scheduler.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlacerTest {
    private static final Placer.Request SMALL = new Placer.Request("main/app/web", 500, 1L << 30, 0);

    private static Room room(String name, int cpu, long gib) {
        Room room = new Room(name);
        room.capacity(cpu, gib << 30);
        return room;
    }

    @Test
    void spreadsOneFunctionOverTheNodes() {
        List<Room> rooms = List.of(room("a", 4_000, 8), room("b", 4_000, 8));
        Map<String, Integer> placed = new HashMap<>();
        for (int i = 0; i < 4; i++) {
            Placer.Result.Placed result = (Placer.Result.Placed) Placer.place(SMALL, rooms);
            rooms.stream().filter(room -> room.node().equals(result.node())).findFirst().orElseThrow().take(SMALL,
                    "c" + i);
            placed.merge(result.node(), 1, Integer::sum);
        }
        assertThat(placed).isEqualTo(Map.of("a", 2, "b", 2));
    }

    @Test
    void saysOfEachNodeWhyItDoesNotFit() {
        Room full = room("full", 400, 8);
        Room lost = room("gone", 4_000, 8);
        lost.unavailable("lost: not heard since noon");
        Placer.Result result = Placer.place(SMALL, List.of(full, room("thin", 4_000, 0), lost));
        assertThat(((Placer.Result.Unplaceable) result).words(SMALL))
                .isEqualTo("needs 0.5 CPU and 1.0 GiB; full has 0.4 of "
                        + "its 0.4 CPU free; thin has 0 MiB of its 0 MiB memory free; gone is lost: not heard since noon");
    }

    @Test
    void fixedPortIsHeldByOneContainerOfANode() {
        Placer.Request request = new Placer.Request("main/app/web", 100, 1 << 20, 8000);
        Room room = room("a", 4_000, 8);
        room.take(request, "c-1");
        assertThat(((Placer.Result.Unplaceable) Placer.place(request, List.of(room))).reasons().getFirst())
                .contains("port 8000 held by c-1");
        room.give(request, "c-1");
        assertThat(Placer.place(request, List.of(room))).isEqualTo(new Placer.Result.Placed("a"));
    }

    @Test
    void neverPromisesMoreThanThereIs() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<Room> rooms = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                rooms.add(room("n" + i, random.nextInt(4_000), random.nextInt(8)));
            }
            for (int i = 0; i < 100; i++) {
                Placer.Request request = new Placer.Request("f" + random.nextInt(3), 1 + random.nextInt(900),
                        1L + random.nextInt(1 << 30), random.nextInt(4) == 0 ? 8_000 + random.nextInt(2) : 0);
                String holder = "c" + i;
                if (Placer.place(request, rooms) instanceof Placer.Result.Placed placed) {
                    Room room = rooms.stream().filter(one -> one.node().equals(placed.node())).findFirst()
                            .orElseThrow();
                    room.take(request, holder);
                    assertThat(room.cpuMillisFree()).as("seed %d", seed).isNotNegative();
                    assertThat(room.memoryBytesFree()).as("seed %d", seed).isNotNegative();
                }
            }
        }
    }
}
