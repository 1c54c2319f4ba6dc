package dev.berth.gateway.bus;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.gateway.control.Router;
import dev.berth.protocol.bus.BusConnected;
import dev.berth.protocol.bus.BusMessage;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.AppRoutes;
import dev.berth.protocol.v1.RouteTable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Routes from the scheduler. */
@ApplicationScoped
public class RoutesIn {
    private final Router router;

    RoutesIn(Router router) {
        this.router = router;
    }

    void connected(@Observes BusConnected event) {
        router.reload();
    }

    @Incoming("routes")
    void routes(BusMessage message) throws InvalidProtocolBufferException {
        if (message.subject().equals(Subjects.ROUTES_HEAD)) {
            RouteTable head = RouteTable.parseFrom(message.body());
            router.head(head.getEpoch(), head.getSequence(), head.getLeader());
        } else {
            router.apply(AppRoutes.parseFrom(message.body()));
        }
    }
}
