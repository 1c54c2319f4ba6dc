package dev.berth.gateway.bus;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.chassis.bus.BusConnected;
import dev.berth.chassis.bus.BusMessage;
import dev.berth.chassis.bus.BusReader;
import dev.berth.gateway.client.RouteMessages;
import dev.berth.gateway.control.Router;
import dev.berth.gateway.control.Statuses;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.AppRoutes;
import dev.berth.protocol.v1.FunctionRoutes;
import dev.berth.protocol.v1.RouteContainer;
import dev.berth.protocol.v1.RouteTable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Routes from the scheduler, and that it leads. */
@ApplicationScoped
public class RoutesIn {
    private static final Pattern ADDRESS = Pattern.compile(".+:([1-9][0-9]{0,4})");

    private final BusReader reader = new BusReader(Logger.getLogger(RoutesIn.class));
    private final Router router;
    private final Statuses statuses;

    RoutesIn(Router router, Statuses statuses) {
        this.router = router;
        this.statuses = statuses;
    }

    void connected(@Observes BusConnected event) {
        router.reload();
    }

    @Incoming("routes")
    void routes(BusMessage message) {
        if (message.subject().equals(Subjects.ROUTES_HEAD)) {
            reader.read(message, RoutesIn::head).ifPresent(this::take);
        } else {
            reader.read(message, RoutesIn::app).ifPresent(app -> router.apply(RouteMessages.change(app)));
        }
    }

    private void take(RouteTable head) {
        router.head(head.getEpoch(), head.getSequence(), head.getLeader());
        statuses.head(head.getEpoch(), head.getAllShown());
    }

    static RouteTable head(BusMessage message) throws InvalidProtocolBufferException {
        RouteTable head = RouteTable.parseFrom(message.body());
        BusMessage.check(head.getEpoch() > 0, "epoch");
        Matcher address = ADDRESS.matcher(head.getLeader());
        BusMessage.check(address.matches() && Integer.parseInt(address.group(1)) < 1 << 16, "leader");
        return head;
    }

    static AppRoutes app(BusMessage message) throws InvalidProtocolBufferException {
        AppRoutes routes = AppRoutes.parseFrom(message.body());
        message.mustBeOf(routes.getEnvironment(), routes.getApp());
        BusMessage.check(routes.getEpoch() > 0, "epoch");
        for (FunctionRoutes function : routes.getFunctionsList()) {
            BusMessage.check(!function.getFunction().isEmpty(), "function's name");
            function.getContainersList().forEach(RoutesIn::check);
        }
        return routes;
    }

    private static void check(RouteContainer container) {
        BusMessage.check(!container.getId().isEmpty(), "container's id");
        BusMessage.check(
                !container.getHost().isEmpty() && container.getPort() > 0 && container.getPort() < 1 << 16,
                "address of " + container.getId());
    }
}
