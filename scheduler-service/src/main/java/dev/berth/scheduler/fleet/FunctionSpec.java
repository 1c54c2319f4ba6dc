package dev.berth.scheduler.fleet;

import java.time.Duration;

/**
 * What the scheduler needs to know of a function; how its containers run is the agent's affair.
 *
 * @param digest names the spec of its containers: those of one digest are interchangeable
 * @param cpuMillis thousandths of a core to reserve
 * @param memoryBytes to reserve
 * @param minContainers at least so many should run
 */
public record FunctionSpec(
        String name,
        String digest,
        Kind kind,
        int cpuMillis,
        long memoryBytes,
        int minContainers,
        Duration timeout,
        Duration startupTimeout) {}
