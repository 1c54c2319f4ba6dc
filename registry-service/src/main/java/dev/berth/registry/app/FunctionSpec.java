package dev.berth.registry.app;

import java.time.Duration;
import java.util.List;

/**
 * A function as a version keeps it.
 *
 * @param cpuMillis thousandths of a core that placement reserves; a limit too where {@code cpuLimited}
 * @param memoryBytes bytes that placement reserves; a limit too where {@code memoryLimited}
 * @param digest names what the agent is given to run its containers; empty until a version with it is stored
 */
public record FunctionSpec(
        String name,
        Kind kind,
        List<String> command,
        int cpuMillis,
        boolean cpuLimited,
        long memoryBytes,
        boolean memoryLimited,
        int minContainers,
        Duration timeout,
        Duration startupTimeout,
        Duration stopGrace,
        String digest) {
    public FunctionSpec {
        command = List.copyOf(command);
    }

    /** The same with its digest. */
    public FunctionSpec withDigest(String itsDigest) {
        return new FunctionSpec(
                name,
                kind,
                command,
                cpuMillis,
                cpuLimited,
                memoryBytes,
                memoryLimited,
                minContainers,
                timeout,
                startupTimeout,
                stopGrace,
                itsDigest);
    }
}
