package dev.berth.scheduler.client;

import com.google.protobuf.MessageLite;
import dev.berth.chassis.bus.BusConnection;
import dev.berth.chassis.bus.BusMessage;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.DesiredContainer;
import dev.berth.protocol.v1.NodeDesired;
import dev.berth.protocol.v1.RouteTable;
import dev.berth.scheduler.cluster.AppView;
import dev.berth.scheduler.cluster.NodeView;
import dev.berth.scheduler.cluster.Order;
import dev.berth.scheduler.cluster.Routes;
import dev.berth.scheduler.cluster.Stranger;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Goal;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;

/** What the leader says on the bus: orders, routes, its head, and what people see. A message that is lost is found out and sent again. */
@ApplicationScoped
public class Publisher {
    private static final Logger LOG = Logger.getLogger(Publisher.class);

    private final MutinyEmitter<BusMessage> desired;
    private final MutinyEmitter<BusMessage> routes;
    private final MutinyEmitter<BusMessage> shown;
    private final BusConnection connection;
    private final AtomicLong shownSequence = new AtomicLong();

    Publisher(
            @Channel("desired") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) MutinyEmitter<BusMessage> desired,
            @Channel("routes") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) MutinyEmitter<BusMessage> routes,
            @Channel("shown") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) MutinyEmitter<BusMessage> shown,
            BusConnection connection) {
        this.desired = desired;
        this.routes = routes;
        this.shown = shown;
        this.connection = connection;
    }

    public boolean connected() {
        return connection.isConnected();
    }

    /**
     * @param digest of the spec that a container runs by
     * @param image that it is made of, where that is known
     */
    public void order(
            Order order, long epoch, Function<Container, String> digest, Function<Container, Optional<String>> image) {
        NodeDesired.Builder message = NodeDesired.newBuilder()
                .setEpoch(epoch)
                .setGeneration(order.generation())
                .setNode(order.node())
                .addAllKeptPorts(order.keptPorts())
                .addAllKeptHosts(order.keptHosts())
                .addAllUnneededImages(order.unneededImages());
        order.containers()
                .forEach(container -> message.addContainers(desired(
                        container,
                        digest.apply(container),
                        image.apply(container).orElse(""))));
        order.strangers().forEach(stranger -> message.addContainers(desired(stranger)));
        send(desired, BusMessage.of(Subjects.desired(order.node()), message.build()));
    }

    private static DesiredContainer desired(Container container, String digest, String image) {
        return DesiredContainer.newBuilder()
                .setId(container.id())
                .setEnvironment(container.app().environment())
                .setApp(container.app().app())
                .setVersion(container.version())
                .setFunction(container.function())
                .setSpecDigest(digest)
                .setPort(container.on().port())
                .setImage(image)
                .setGoal(
                        switch (container.goal()) {
                            case Goal.Run run -> dev.berth.protocol.v1.Goal.RUN;
                            case Goal.Drain drain -> dev.berth.protocol.v1.Goal.DRAIN;
                            case Goal.Fetch fetch -> dev.berth.protocol.v1.Goal.STOP;
                            case Goal.Stop stop -> dev.berth.protocol.v1.Goal.STOP;
                        })
                .setFetch(container.fetching())
                .build();
    }

    private static DesiredContainer desired(Stranger stranger) {
        return DesiredContainer.newBuilder()
                .setId(stranger.id())
                .setEnvironment(stranger.app().environment())
                .setApp(stranger.app().app())
                .setVersion(stranger.version())
                .setFunction(stranger.function())
                .setGoal(dev.berth.protocol.v1.Goal.RUN)
                .build();
    }

    public void routes(Routes changed, long epoch) {
        send(
                routes,
                BusMessage.of(
                        Subjects.routes(
                                changed.app().environment(), changed.app().app()),
                        RouteMessages.of(changed, epoch)));
    }

    /**
     * @param allShown everything that there is was shown since this scheduler leads
     * @param address where this scheduler answers gRPC
     */
    public void head(long epoch, long sequence, boolean allShown, String address) {
        send(
                routes,
                BusMessage.of(
                        Subjects.ROUTES_HEAD,
                        RouteTable.newBuilder()
                                .setEpoch(epoch)
                                .setSequence(sequence)
                                .setAllShown(allShown)
                                .setLeader(address)
                                .build()));
    }

    /** Fails where it was not stored, so that it is shown again. */
    public Uni<Void> show(AppView app, long epoch) {
        return show(
                Subjects.shownApp(app.id().environment(), app.id().app()),
                ShownMessages.of(app, epoch, shownSequence.incrementAndGet()));
    }

    /** Of an app that is known no more. Fails where it was not stored. */
    public Uni<Void> showGone(AppName app, long epoch) {
        return show(
                Subjects.shownApp(app.environment(), app.app()),
                ShownMessages.gone(app, epoch, shownSequence.incrementAndGet()));
    }

    /** Fails where it was not stored. */
    public Uni<Void> show(NodeView node, long epoch) {
        return show(Subjects.shownNode(node.name()), ShownMessages.of(node, epoch, shownSequence.incrementAndGet()));
    }

    private Uni<Void> show(String subject, MessageLite message) {
        BusMessage sent = BusMessage.of(subject, message);
        return shown.send(sent).onFailure().invoke(fault -> unsent(sent, fault));
    }

    private void send(MutinyEmitter<BusMessage> emitter, BusMessage message) {
        emitter.send(message).subscribe().with(sent -> {}, fault -> unsent(message, fault));
    }

    private void unsent(BusMessage message, Throwable fault) {
        if (connected()) {
            LOG.warnf("%s was not sent (%d bytes): %s", message.subject(), message.body().length, fault.getMessage());
        } else {
            LOG.debugf("%s waits for the bus: %s", message.subject(), fault.getMessage());
        }
    }
}
