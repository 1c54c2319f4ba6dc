package dev.berth.agent.bus;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.agent.container.ContainerReconciler;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.Order;
import dev.berth.agent.container.Wanted;
import dev.berth.agent.control.Agent;
import dev.berth.protocol.bus.BusConnected;
import dev.berth.protocol.bus.BusMessage;
import dev.berth.protocol.v1.DesiredContainer;
import dev.berth.protocol.v1.Goal;
import dev.berth.protocol.v1.NodeDesired;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Orders from the scheduler. */
@ApplicationScoped
public class Incoming {
    private static final Logger LOG = Logger.getLogger(Incoming.class);

    private final String node;
    private final Agent agent;

    Incoming(@ConfigProperty(name = "berth.node.name") String node, Agent agent) {
        this.node = node;
        this.agent = agent;
    }

    void connected(@Observes BusConnected event) {
        agent.report();
    }

    @org.eclipse.microprofile.reactive.messaging.Incoming("desired")
    void desired(BusMessage message) {
        order(node, message.body()).ifPresent(agent::order);
    }

    /** Empty for what is no order, or another node's: whoever sent it is not the scheduler. */
    static Optional<Order> order(String node, byte[] body) {
        try {
            NodeDesired desired = NodeDesired.parseFrom(body);
            if (desired.getNode().equals(node)) {
                return Optional.of(order(desired));
            }
            LOG.warnf("an order for node \"%s\" came to this one, %s: it is ignored", desired.getNode(), node);
        } catch (InvalidProtocolBufferException broken) {
            LOG.warnf("what came as an order is none: %s", broken.getMessage());
        }
        return Optional.empty();
    }

    private static Order order(NodeDesired desired) {
        return new Order(desired.getEpoch(), desired.getGeneration(),
                desired.getContainersList().stream().map(Incoming::wanted).toList(),
                Set.copyOf(desired.getKeptPortsList()));
    }

    private static Wanted wanted(DesiredContainer desired) {
        return new Wanted(
                new ContainerRef(desired.getId(), desired.getEnvironment(), desired.getApp(), desired.getVersion(),
                        desired.getFunction()),
                what(desired), desired.getPort(), desired.getGoal() == Goal.STOP
                        ? ContainerReconciler.Goal.STOP
                        : ContainerReconciler.Goal.RUN);
    }

    private static Wanted.What what(DesiredContainer desired) {
        return desired.getSpecDigest().isEmpty()
                ? new Wanted.What.Kept()
                : new Wanted.What.Named(desired.getSpecDigest());
    }
}
