package dev.berth.agent.control;

import dev.berth.agent.client.Outgoing;
import dev.berth.agent.client.Reports;
import dev.berth.agent.container.NodeReport;
import dev.berth.agent.container.Output;
import dev.berth.protocol.v1.NodeObserved;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what the agent says. */
final class Bus extends Outgoing {
    final List<NodeObserved> reports = new ArrayList<>();
    final List<String> lines = new CopyOnWriteArrayList<>();

    Bus() {
        super("local-1", null, null);
    }

    @Override
    public void observed(NodeReport report) {
        reports.add(Reports.message(report));
    }

    @Override
    public Uni<Void> logs(Output output) {
        lines.addAll(output.lines());
        return Uni.createFrom().voidItem();
    }
}
