package dev.berth.gateway.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.routing.RouteTable;
import dev.berth.gateway.traffic.Backend;
import dev.berth.protocol.v1.AppRoutes;
import dev.berth.protocol.v1.FunctionRoutes;
import dev.berth.protocol.v1.RouteContainer;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RouteMessagesTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final long TIMEOUT = 60_000;

    private final RouteTable table = new RouteTable();
    private long sequence;

    private static AppRoutes message(long sequence, boolean draining) {
        return AppRoutes.newBuilder().setEpoch(1).setSequence(sequence).setPrevious(sequence - 1).setEnvironment("main")
                .setApp("app")
                .addFunctions(
                        FunctionRoutes.newBuilder().setFunction("web").setVersion(1).setLive(true).addLabels("app")
                                .setTimeoutMillis(TIMEOUT)
                                .addContainers(RouteContainer.newBuilder().setId("c").setHost("host").setPort(1)
                                        .setDraining(draining)
                                        .setDrainDeadline(draining ? NOON.plusMillis(TIMEOUT).toEpochMilli() : 0)))
                .build();
    }

    private static OptionalLong left(boolean draining, Instant now) {
        return RouteMessages.change(message(1, draining), now).functions().getFirst().targets().getFirst()
                .drainMillis();
    }

    private void hear(boolean draining, Instant wall, long millis) {
        sequence++;
        RouteTable.Change change = RouteMessages.change(message(sequence, draining), wall);
        if (sequence == 1) {
            table.load(1, 1, List.of(change), millis);
        } else {
            table.apply(change, millis);
        }
    }

    @Test
    void drainDeadlineIsTimeLeftWithinWhatADrainCanLast() {
        assertThat(left(false, NOON)).isEmpty();
        assertThat(left(true, NOON)).hasValue(60_000);
        assertThat(left(true, NOON.plusMillis(59_000))).hasValue(1_000);
        assertThat(left(true, NOON.plusSeconds(3_600))).as("this clock is ahead").hasValue(0);
        assertThat(left(true, NOON.minusSeconds(3_600))).as("this clock is behind").hasValue(62_000);
    }

    @Test
    void stepOfTheClockNeitherProlongsNorCutsADrainThatIsKnown() {
        hear(false, NOON, 1_000);
        Backend container = table.app("app").function("app").serving()[0];
        hear(true, NOON, 2_000);
        assertThat(container.deadline()).isEqualTo(62_000);
        hear(true, NOON.plusSeconds(90), 3_000);
        hear(true, NOON.minusSeconds(90), 4_000);
        table.load(1, 9, List.of(RouteMessages.change(message(9, true), NOON.minusSeconds(90))), 5_000);
        assertThat(container.deadline()).isEqualTo(62_000);
    }

    @Test
    void nextDrainOfAContainerThatWasTakenBackHasADeadlineOfItsOwn() {
        hear(false, NOON, 1_000);
        Backend container = table.app("app").function("app").serving()[0];
        hear(true, NOON, 2_000);
        hear(false, NOON, 3_000);
        assertThat(container.deadline()).isEqualTo(Long.MAX_VALUE);
        hear(true, NOON.plusSeconds(50), 50_000);
        assertThat(container.deadline()).isEqualTo(60_000);
    }
}
