package dev.berth.gateway.bus;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.chassis.bus.BusMessage;
import dev.berth.chassis.bus.BusReader;
import dev.berth.gateway.client.ShownMessages;
import dev.berth.gateway.control.Changes;
import dev.berth.gateway.control.Statuses;
import dev.berth.gateway.status.AppStatus;
import dev.berth.gateway.status.Change;
import dev.berth.gateway.status.NodeStatus;
import dev.berth.gateway.status.Shown;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.ShownApp;
import dev.berth.protocol.v1.ShownNode;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.function.Function;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** How apps and nodes are, from the scheduler. */
@ApplicationScoped
public class ShownIn {
    private final BusReader reader = new BusReader(Logger.getLogger(ShownIn.class));
    private final Shown shown;
    private final Changes changes;

    ShownIn(Statuses statuses, Changes changes) {
        shown = statuses.shown();
        this.changes = changes;
    }

    @Incoming("shown")
    void shown(BusMessage message) {
        reader.read(message, ShownIn::word).ifPresent(word -> changes.tell(word.apply(shown)));
    }

    /** What a message says. */
    static Function<Shown, Set<Change>> word(BusMessage message) throws InvalidProtocolBufferException {
        return message.subject().startsWith(Subjects.SHOWN_NODES) ? node(message) : app(message);
    }

    private static Function<Shown, Set<Change>> node(BusMessage message) throws InvalidProtocolBufferException {
        ShownNode said = ShownNode.parseFrom(message.body());
        message.mustBeOf(said.getNode().getName());
        said.getContainersList()
                .forEach(container -> BusMessage.check(!container.getId().isEmpty(), "container's id"));
        Shown.At at = at(said.getEpoch(), said.getSequence());
        NodeStatus node = ShownMessages.node(said);
        return shown -> shown.node(at, node);
    }

    private static Function<Shown, Set<Change>> app(BusMessage message) throws InvalidProtocolBufferException {
        ShownApp said = ShownApp.parseFrom(message.body());
        message.mustBeOf(said.getStatus().getEnvironment(), said.getStatus().getApp());
        Shown.At at = at(said.getEpoch(), said.getSequence());
        AppStatus app = ShownMessages.app(said);
        return said.getGone() ? shown -> shown.gone(at, app.app()) : shown -> shown.app(at, app);
    }

    private static Shown.At at(long epoch, long sequence) {
        BusMessage.check(epoch > 0, "epoch");
        return new Shown.At(epoch, sequence);
    }
}
