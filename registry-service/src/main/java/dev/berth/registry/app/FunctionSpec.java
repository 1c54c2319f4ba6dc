package dev.berth.registry.app;

import java.time.Duration;
import java.util.List;

/**
 * A web function as a version keeps it.
 *
 * @param cpuMillis thousandths of a core that placement reserves; a limit too where {@code cpuLimited}
 * @param memoryBytes bytes that placement reserves; a limit too where {@code memoryLimited}
 */
public record FunctionSpec(String name, Web web, List<String> command, int cpuMillis, boolean cpuLimited,
        long memoryBytes, boolean memoryLimited, int minContainers, Duration timeout, Duration startupTimeout,
        Duration stopGrace) {

    /**
     * @param port 0 for the port that the container is given
     * @param readiness HTTP path, or empty for a TCP accept
     * @param label empty for {@code <app>-<function>}
     */
    public record Web(int port, String readiness, String label) {}
}
