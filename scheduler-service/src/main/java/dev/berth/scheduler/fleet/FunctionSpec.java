package dev.berth.scheduler.fleet;

import java.time.Duration;
import java.util.Optional;

/**
 * What the scheduler needs to know of a function; how its containers run is the agent's affair.
 *
 * @param digest names the spec of its containers: those of one digest and one image are interchangeable
 * @param cpuMillis thousandths of a core to reserve
 * @param memoryBytes to reserve
 * @param minContainers at least so many should run
 * @param image empty where its containers are processes
 */
public record FunctionSpec(
        String name,
        String digest,
        Kind kind,
        int cpuMillis,
        long memoryBytes,
        int minContainers,
        Duration timeout,
        Duration startupTimeout,
        Optional<Image> image) {

    /** What a node has to have. */
    public Driver.Kind driver() {
        return image.isPresent() ? Driver.Kind.ENGINE : Driver.Kind.PROCESS;
    }

    /** The port of its node that a container takes from all others; 0 for none. On a bridge each has its own ports. */
    public int nodePort() {
        return image.isPresent() && !image.get().hostNetwork() ? 0 : kind.port();
    }
}
