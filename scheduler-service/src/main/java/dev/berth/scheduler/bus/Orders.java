package dev.berth.scheduler.bus;

import dev.berth.protocol.bus.BusConnection;
import dev.berth.protocol.bus.BusMessage;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.NodeDesired;
import dev.berth.protocol.v1.AppRoutes;
import dev.berth.protocol.v1.RouteTable;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;

/** Orders to agents and routes to gateways. A message that is lost is found out and sent again. */
@ApplicationScoped
public class Orders {
    private static final Logger LOG = Logger.getLogger(Orders.class);

    private final MutinyEmitter<BusMessage> desired;
    private final MutinyEmitter<BusMessage> routes;
    private final BusConnection connection;

    Orders(@Channel("desired") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) MutinyEmitter<BusMessage> desired,
            @Channel("routes") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) MutinyEmitter<BusMessage> routes,
            BusConnection connection) {
        this.desired = desired;
        this.routes = routes;
        this.connection = connection;
    }

    public boolean connected() {
        return connection.isConnected();
    }

    public void order(NodeDesired order) {
        send(desired, BusMessage.of(Subjects.desired(order.getNode()), order));
    }

    public void routes(AppRoutes message) {
        send(routes, BusMessage.of(Subjects.routes(message.getEnvironment(), message.getApp()), message));
    }

    public void head(RouteTable head) {
        send(routes, BusMessage.of(Subjects.ROUTES_HEAD, head));
    }

    private static void send(MutinyEmitter<BusMessage> emitter, BusMessage message) {
        emitter.send(message).subscribe().with(sent -> {},
                fault -> LOG.debugf("%s was not sent: %s", message.subject(), fault.getMessage()));
    }
}
