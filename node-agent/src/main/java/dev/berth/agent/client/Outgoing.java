package dev.berth.agent.client;

import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.NodeReport;
import dev.berth.agent.container.Output;
import dev.berth.chassis.bus.BusMessage;
import dev.berth.protocol.bus.Subjects;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;

/** What the agent says. */
@ApplicationScoped
public class Outgoing {
    private static final Logger LOG = Logger.getLogger(Outgoing.class);

    private final String node;
    private final MutinyEmitter<BusMessage> observed;
    private final MutinyEmitter<BusMessage> logs;

    protected Outgoing(
            @ConfigProperty(name = "berth.node.name") String node,
            @Channel("observed") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) MutinyEmitter<BusMessage> observed,
            @Channel("logs") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) MutinyEmitter<BusMessage> logs) {
        this.node = node;
        this.observed = observed;
        this.logs = logs;
    }

    /** Says it once; the next heartbeat says it again. */
    public void observed(NodeReport report) {
        observed.send(BusMessage.of(Subjects.observed(report.node()), Reports.message(report)))
                .subscribe()
                .with(sent -> {}, fault -> LOG.debugf("not heard: %s", fault.getMessage()));
    }

    /** Completes when the stream has stored it. */
    public Uni<Void> logs(Output output) {
        ContainerRef ref = output.ref();
        return logs.send(
                BusMessage.of(Subjects.logs(node, ref.environment(), ref.app(), ref.id()), Reports.message(output)));
    }
}
