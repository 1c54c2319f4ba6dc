package dev.berth.scheduler.placement;

import dev.berth.scheduler.fleet.Allocation;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.FunctionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Puts a container on the node that has the fewest of its function, then the most free memory. */
public final class Placer {
    /** How many nodes a refusal names: enough for people, and a full cluster need not be looked through. */
    private static final int MOST_LACKS = 8;

    /** @param port a fixed one; 0 for none */
    public record Request(AppId app, String function, int cpuMillis, long memoryBytes, int port) {
        public static Request of(AppId app, FunctionSpec function) {
            return new Request(
                    app,
                    function.name(),
                    function.cpuMillis(),
                    function.memoryBytes(),
                    function.kind().port());
        }

        /** What is spread over the nodes: the containers of one function, whatever their version. */
        public String key() {
            return key(app.name(), function);
        }

        public static String key(AppName app, String function) {
            return app + "/" + function;
        }
    }

    /** Where it goes, or why it goes nowhere. */
    public sealed interface Result {
        record Placed(Allocation on) implements Result {}

        /**
         * @param lacks what the first nodes lack, one each
         * @param others how many nodes there are besides; none of them fits either
         */
        record Unplaceable(Request request, List<Lack> lacks, int others) implements Result {
            public Unplaceable {
                lacks = List.copyOf(lacks);
            }
        }
    }

    private Placer() {}

    public static Result place(Request request, CapacityIndex nodes) {
        Optional<NodeCapacity> best = nodes.best(request);
        if (best.isPresent()) {
            return new Result.Placed(new Allocation(
                    best.get().node(), request.cpuMillis(), request.memoryBytes(), request.port(), Set.of()));
        }
        List<Lack> lacks = new ArrayList<>();
        for (NodeCapacity node : nodes.byName()) {
            if (lacks.size() == MOST_LACKS) {
                break;
            }
            node.lack(request).ifPresent(lacks::add);
        }
        return new Result.Unplaceable(request, lacks, nodes.size() - lacks.size());
    }
}
