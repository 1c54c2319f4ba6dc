package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.placement.Lack;
import dev.berth.scheduler.placement.Placer;
import dev.berth.scheduler.rollout.Failure;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Puts into words, for people, why something is not as it should be. */
final class Reasons {
    private final Function<String, Optional<Container>> containers;
    private final Function<Address, List<String>> waitedFor;

    /**
     * @param containers finds a container that holds something by its id
     * @param waitedFor the gateways for which an address is kept
     */
    Reasons(Function<String, Optional<Container>> containers, Function<Address, List<String>> waitedFor) {
        this.containers = containers;
        this.waitedFor = waitedFor;
    }

    String of(Failure failure) {
        return "function " + failure.function()
                + switch (failure) {
                    case Failure.NotReadyInTime late -> ": " + late.reason();
                    case Failure.Hopeless hopeless -> " can't start: " + hopeless.reason();
                    case Failure.Crashed crashed -> " crashed " + crashed.times() + " times: " + crashed.reason();
                    case Failure.NoPlace none -> " found no place within its startup_timeout: " + of(none.why());
                    case Failure.Unconfirmed silent ->
                        ": the agent of " + silent.node() + " has not confirmed container "
                                + silent.container()
                                + "; it reports, but does not get its orders: see the logs of the agent and "
                                + "of the scheduler";
                };
    }

    String of(Placer.Result.Unplaceable unplaceable) {
        Placer.Request request = unplaceable.request();
        if (unplaceable.needsDriver()) {
            return request.image()
                    .map(image -> "needs a container engine (image " + image
                            + "): no node has one; install Docker or Podman on a node")
                    .orElse("needs a node that runs processes: none does; allow them on a node, or give the function"
                            + " an image");
        }
        String needs = "needs "
                + request.image()
                        .map(image -> "a container engine (image " + image + "), ")
                        .orElse("")
                + cores(request.cpuMillis()) + " CPU and " + memory(request.memoryBytes());
        if (unplaceable.lacks().isEmpty()) {
            return needs + "; no node has reported yet; is an agent running?";
        }
        String others = unplaceable.others() == 0
                ? ""
                : "; " + unplaceable.others() + " more " + (unplaceable.others() == 1 ? "node does" : "nodes do")
                        + " not fit";
        return needs
                + unplaceable.lacks().stream()
                        .map(lack -> "; " + lack.node() + " " + of(lack))
                        .collect(Collectors.joining())
                + others;
    }

    private String of(Lack lack) {
        return switch (lack) {
            case Lack.NoDriver none ->
                switch (none.driver()) {
                    case PROCESS -> "runs no processes";
                    case ENGINE -> "has no container engine";
                };
            case Lack.Cpu cpu ->
                "has " + cores(Math.max(0, cpu.millisFree())) + " of its " + cores(cpu.millis()) + " CPU free";
            case Lack.Memory memory ->
                "has " + memory(Math.max(0, memory.bytesFree())) + " of its " + memory(memory.bytes()) + " memory free";
            case Lack.Port port ->
                "has port " + port.port() + " held by " + holder(port.holder())
                        + " (leave web.port out to get a free one, or use strategy: recreate)";
            case Lack.PortVacated vacated ->
                "has port " + vacated.at().port() + " kept from other apps: "
                        + vacated.by()
                        + " has left it, and gateways that have not confirmed that would send its requests there"
                        + gateways(vacated.at()) + "; it is free when each of them confirms, ends, or is silent for "
                        + Gateways.FORGOTTEN_AFTER.toMinutes() + " minutes";
            case Lack.Slots slots -> "runs " + slots.containers() + " containers, as many as a node can";
            case Lack.Unheard unheard -> "has not reported yet; is its agent running?";
            case Lack.Closed closed -> "takes no new containers: " + closed.reason();
            case Lack.Lost lost -> "is lost: not heard since " + lost.heardAt();
        };
    }

    private String gateways(Address at) {
        List<String> waits = waitedFor.apply(at);
        return waits.isEmpty() ? "" : " (" + String.join("; ", waits) + ")";
    }

    private String holder(String id) {
        return containers
                .apply(id)
                .map(container -> container.app() + " v" + container.version()
                        + (container.draining().isPresent() ? ", draining" : "") + " (" + id + ")")
                .orElse(id);
    }

    private static String cores(int millis) {
        return String.format(
                Locale.ROOT, millis % 1000 == 0 ? "%.0f" : millis % 100 == 0 ? "%.1f" : "%.2f", millis / 1000.0);
    }

    private static String memory(long bytes) {
        return bytes >= 1L << 30
                ? String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30))
                : (bytes >> 20) + " MiB";
    }
}
