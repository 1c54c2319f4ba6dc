package dev.berth.agent.container;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What to run.
 *
 * @param port a fixed one, or 0 for any free one
 * @param readiness HTTP path, or empty for a TCP accept
 * @param cpuMillisLimit thousandths of a core; 0 for no limit
 * @param memoryBytesLimit 0 for no limit
 * @param sourceDigest empty where there is no source
 */
public record ContainerSpec(String id, String environment, String app, int version, String function,
        List<String> command, Map<String, String> env, int port, String readiness, int cpuMillisLimit,
        long memoryBytesLimit, Duration startupTimeout, Duration stopGrace, String sourceDigest) {
    public ContainerSpec {
        command = List.copyOf(command);
        env = Map.copyOf(env);
    }
}
