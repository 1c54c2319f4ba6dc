package dev.berth.gateway.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.chassis.bus.BusMessage;
import dev.berth.chassis.bus.BusReader;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.AppRoutes;
import dev.berth.protocol.v1.FunctionRoutes;
import dev.berth.protocol.v1.RouteContainer;
import dev.berth.protocol.v1.RouteTable;
import java.util.List;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

class RoutesInTest {
    private final BusReader reader = new BusReader(Logger.getLogger(RoutesInTest.class));

    private static AppRoutes.Builder routes() {
        return AppRoutes.newBuilder()
                .setEpoch(3)
                .setSequence(7)
                .setEnvironment("main")
                .setApp("shop")
                .addFunctions(function().addContainers(container()));
    }

    private static FunctionRoutes.Builder function() {
        return FunctionRoutes.newBuilder().setFunction("web");
    }

    private static RouteContainer.Builder container() {
        return RouteContainer.newBuilder().setId("c-1").setHost("10.0.0.1").setPort(8_000);
    }

    private static AppRoutes.Builder with(RouteContainer.Builder container) {
        return routes().addFunctions(function().addContainers(container));
    }

    private static RouteTable.Builder head() {
        return RouteTable.newBuilder().setEpoch(3).setSequence(7).setLeader("10.0.0.7:9102");
    }

    private static BusMessage message(AppRoutes.Builder routes) {
        return BusMessage.of(Subjects.routes("main", "shop"), routes.build());
    }

    private static BusMessage message(RouteTable.Builder head) {
        return BusMessage.of(Subjects.ROUTES_HEAD, head.build());
    }

    private <T> void assertLeftOut(BusReader.Parser<T> parser, BusMessage good, List<BusMessage> bad) {
        for (BusMessage each : bad) {
            assertThat(reader.read(each, parser)).as("%s", each).isEmpty();
            assertThat(reader.read(good, parser)).isPresent();
        }
    }

    @Test
    void routesThatAreAnotherAppsOrNotUnderstoodWholeAreLeftOut() {
        String subject = Subjects.routes("main", "shop");
        assertLeftOut(
                RoutesIn::app,
                message(routes()),
                List.of(
                        message(routes().setApp("other")),
                        message(routes().setEnvironment("other")),
                        message(routes().clearApp()),
                        message(routes().clearEpoch()),
                        message(routes().addFunctions(function().clearFunction())),
                        message(with(container().clearId())),
                        message(with(container().clearHost())),
                        message(with(container().clearPort())),
                        message(with(container().setPort(70_000))),
                        new BusMessage(subject, new byte[0]),
                        new BusMessage(subject, "{}{}".getBytes(UTF_8))));
        assertThat(reader.read(message(routes().clearFunctions()), RoutesIn::app))
                .as("an app that has gone")
                .isPresent();
    }

    @Test
    void headThatIsNoneIsLeftOut() {
        assertLeftOut(
                RoutesIn::head,
                message(head()),
                List.of(
                        message(head().clearEpoch()),
                        message(head().clearLeader()),
                        message(head().setLeader("10.0.0.7")),
                        message(head().setLeader("10.0.0.7:http")),
                        message(head().setLeader(":9102")),
                        message(head().setLeader("10.0.0.7:70000")),
                        new BusMessage(Subjects.ROUTES_HEAD, new byte[0]),
                        new BusMessage(Subjects.ROUTES_HEAD, "{}{}".getBytes(UTF_8))));
    }
}
