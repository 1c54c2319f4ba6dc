package dev.berth.scheduler.placement;

import dev.berth.scheduler.fleet.Allocation;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.Driver;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.Image;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Puts a container on the node that has the fewest of its function, then the most free memory. */
public final class Placer {
    /** How many nodes a refusal names: enough for people, and a full cluster need not be looked through. */
    private static final int MOST_LACKS = 8;

    /**
     * @param port of the node, where it needs a certain one; 0 for none
     * @param image empty for a process
     */
    public record Request(
            AppId app, String function, int cpuMillis, long memoryBytes, int port, Optional<String> image) {
        public static Request of(AppId app, FunctionSpec function) {
            return new Request(
                    app,
                    function.name(),
                    function.cpuMillis(),
                    function.memoryBytes(),
                    function.nodePort(),
                    function.image().map(Image::name));
        }

        /** What it runs with. */
        public Driver.Kind driver() {
            return image.isPresent() ? Driver.Kind.ENGINE : Driver.Kind.PROCESS;
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
         * @param lacks what the first nodes lack, one each; those come first that could run it at all
         * @param others how many nodes there are besides; none of them fits either
         */
        record Unplaceable(Request request, List<Lack> lacks, int others) implements Result {
            public Unplaceable {
                lacks = List.copyOf(lacks);
            }

            /** No node could run it, however much were free. */
            public boolean needsDriver() {
                return !lacks.isEmpty() && lacks.stream().allMatch(lack -> lack instanceof Lack.NoDriver);
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
        List<Lack> lacks = Stream.of(
                        nodes.able(request.driver()),
                        nodes.byName().stream().filter(node -> !node.has(request.driver())))
                .flatMap(these -> these)
                .limit(MOST_LACKS)
                .flatMap(node -> node.lack(request).stream())
                .toList();
        return new Result.Unplaceable(request, lacks, nodes.size() - lacks.size());
    }
}
