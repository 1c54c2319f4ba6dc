package dev.berth.gateway.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.routing.RouteTable;
import dev.berth.gateway.traffic.Backend;
import dev.berth.protocol.v1.AppRoutes;
import dev.berth.protocol.v1.FunctionRoutes;
import dev.berth.protocol.v1.RouteContainer;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RouteMessagesTest {
    private static final long TIMEOUT = 60_000;

    private final RouteTable table = new RouteTable();
    private long sequence;

    private static AppRoutes message(long sequence, boolean draining) {
        return AppRoutes.newBuilder()
                .setEpoch(1)
                .setSequence(sequence)
                .setPrevious(sequence - 1)
                .setEnvironment("main")
                .setApp("app")
                .addFunctions(FunctionRoutes.newBuilder()
                        .setFunction("web")
                        .setVersion(1)
                        .setLive(true)
                        .addLabels("app")
                        .setTimeoutMillis(TIMEOUT)
                        .addContainers(RouteContainer.newBuilder()
                                .setId("c")
                                .setHost("host")
                                .setPort(1)
                                .setDraining(draining)
                                .setDrainLeftMillis(draining ? TIMEOUT : 0)))
                .build();
    }

    private void hear(boolean draining, long millis) {
        sequence++;
        RouteTable.Change change = RouteMessages.change(message(sequence, draining));
        if (sequence == 1) {
            table.load(1, 1, List.of(change), false, millis);
        } else {
            table.apply(change, millis);
        }
    }

    @Test
    void drainIsTimeLeftAndServingIsNone() {
        assertThat(target(false).drainMillis()).isEmpty();
        assertThat(target(true).drainMillis()).isEqualTo(OptionalLong.of(TIMEOUT));
    }

    private static RouteTable.Target target(boolean draining) {
        return RouteMessages.change(message(1, draining))
                .functions()
                .getFirst()
                .targets()
                .getFirst();
    }

    @Test
    void drainThatIsKnownIsNotProlongedByHearingOfItAgain() {
        hear(false, 1_000);
        Backend container = table.app("app").function("app").serving()[0];
        hear(true, 2_000);
        assertThat(container.deadline()).isEqualTo(62_000);
        hear(true, 3_000);
        hear(true, 4_000);
        table.load(1, 9, List.of(RouteMessages.change(message(9, true))), false, 5_000);
        assertThat(container.deadline()).isEqualTo(62_000);
    }

    @Test
    void nextDrainOfAContainerThatWasTakenBackHasADeadlineOfItsOwn() {
        hear(false, 1_000);
        Backend container = table.app("app").function("app").serving()[0];
        hear(true, 2_000);
        hear(false, 3_000);
        assertThat(container.deadline()).isEqualTo(Long.MAX_VALUE);
        hear(true, 50_000);
        assertThat(container.deadline()).isEqualTo(110_000);
    }
}
