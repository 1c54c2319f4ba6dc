package dev.berth.registry.app;

import java.time.Duration;
import java.util.List;

/**
 * A function as a version keeps it.
 *
 * @param cpuMillis thousandths of a core that placement reserves; a limit too where {@code cpuLimited}
 * @param memoryBytes bytes that placement reserves; a limit too where {@code memoryLimited}
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
        Duration stopGrace) {}
