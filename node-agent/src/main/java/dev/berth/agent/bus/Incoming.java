package dev.berth.agent.bus;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.agent.container.ContainerReconciler;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.KeptPlaces;
import dev.berth.agent.container.Order;
import dev.berth.agent.container.Wanted;
import dev.berth.agent.control.Agent;
import dev.berth.chassis.bus.BusConnected;
import dev.berth.chassis.bus.BusMessage;
import dev.berth.chassis.bus.BusReader;
import dev.berth.protocol.v1.DesiredContainer;
import dev.berth.protocol.v1.NodeDesired;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** Orders from the scheduler. */
@ApplicationScoped
public class Incoming {
    private final BusReader reader = new BusReader(Logger.getLogger(Incoming.class));
    private final Agent agent;

    Incoming(Agent agent) {
        this.agent = agent;
    }

    void connected(@Observes BusConnected event) {
        agent.report();
    }

    @org.eclipse.microprofile.reactive.messaging.Incoming("desired")
    void desired(BusMessage message) {
        reader.read(message, Incoming::order).ifPresent(agent::order);
    }

    /** What is not understood whole is not obeyed: what an order does not name, the agent stops. */
    static Order order(BusMessage message) throws InvalidProtocolBufferException {
        NodeDesired desired = NodeDesired.parseFrom(message.body());
        message.mustBeOf(desired.getNode());
        BusMessage.check(desired.getEpoch() > 0, "epoch");
        return order(desired);
    }

    private static Order order(NodeDesired desired) {
        return new Order(
                desired.getEpoch(),
                desired.getGeneration(),
                desired.getContainersList().stream().map(Incoming::wanted).toList(),
                new KeptPlaces(Set.copyOf(desired.getKeptPortsList()), Set.copyOf(desired.getKeptHostsList())),
                Set.copyOf(desired.getUnneededImagesList()));
    }

    private static Wanted wanted(DesiredContainer desired) {
        BusMessage.check(!desired.getId().isEmpty(), "container's id");
        return new Wanted(
                new ContainerRef(
                        desired.getId(),
                        desired.getEnvironment(),
                        desired.getApp(),
                        desired.getVersion(),
                        desired.getFunction()),
                what(desired),
                desired.getImage().isEmpty() ? Optional.empty() : Optional.of(desired.getImage()),
                desired.getPort(),
                goal(desired));
    }

    private static ContainerReconciler.Goal goal(DesiredContainer desired) {
        return switch (desired.getGoal()) {
            case RUN, DRAIN -> ContainerReconciler.Goal.RUN;
            case STOP -> desired.getFetch() ? ContainerReconciler.Goal.FETCH : ContainerReconciler.Goal.STOP;
            case UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "the goal " + desired.getGoalValue() + " of " + desired.getId() + " is not known here");
        };
    }

    private static Wanted.What what(DesiredContainer desired) {
        return desired.getSpecDigest().isEmpty()
                ? new Wanted.What.Kept()
                : new Wanted.What.Named(desired.getSpecDigest());
    }
}
