package dev.berth.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a container's output is looked at. */
class LogShipperTest {
    private static final Duration LONGEST = Duration.ofMillis(500);
    private static final Instant WALL = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private final Bus bus = new Bus();
    private final AtomicInteger wakes = new AtomicInteger();

    private Path output(String id) throws IOException {
        return Files.createDirectories(folder.resolve(id)).resolve("output.log");
    }

    private LogShipper shipper(String id) throws IOException {
        ContainerRef ref = new ContainerRef(id, "main", "app", 2, "web");
        return new LogShipper(bus, ref, output(id), wakes::incrementAndGet);
    }

    /** When each of the next looks at a silent one is due. */
    private static List<Duration> looks(LogShipper shipper, Duration from, int count) throws IOException {
        List<Duration> due = new ArrayList<>();
        Duration now = from;
        for (int i = 0; i < count; i++) {
            now = now.plus(shipper.ship(false, now, WALL));
            due.add(now);
        }
        return due;
    }

    @Test
    void silentOnesAreLookedAtTogetherAndNoneLaterThanBefore() throws IOException {
        LogShipper one = shipper("c-1");
        LogShipper other = shipper("c-2");
        List<Duration> ones = looks(one, Duration.ofMillis(7), 12);
        assertThat(looks(other, Duration.ofMillis(120), 12)).endsWith(ones.get(11));
        Duration before = Duration.ofMillis(7);
        for (Duration look : ones) {
            assertThat(look.minus(before)).isPositive().isLessThanOrEqualTo(LONGEST);
            before = look;
        }
        assertThat(one.ship(false, Duration.ofMillis(1500), WALL)).isEqualTo(LONGEST);
        assertThat(one.ship(false, Duration.ofMillis(1999), WALL)).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void oneThatSpeaksIsLookedAtSoon() throws IOException {
        LogShipper shipper = shipper("c-1");
        looks(shipper, Duration.ZERO, 12);
        Files.writeString(output("c-1"), "hello\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        shipper.ship(false, Duration.ofSeconds(60), WALL);
        assertThat(bus.lines).containsExactly("hello");
        assertThat(wakes.get()).isEqualTo(1);
    }
}
