package dev.berth.agent.container;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to run. It never changes, and containers of one digest are alike.
 *
 * @param digest its name: the lower-case hex SHA-256 of the bytes that the registry gives; empty where it is unknown
 * @param port a fixed one, or 0 for any free one
 * @param cpuMillisLimit thousandths of a core; 0 for no limit
 * @param memoryBytesLimit 0 for no limit
 * @param sourceDigest empty where there is no source
 * @param image empty where it runs as a process of this host
 * @param user name or number, with a group after a colon; empty for the image's, or the agent's
 * @param readOnly neither the image's files nor its source can be written to
 * @param pids processes and threads at once; 0 for as many as the host allows
 */
public record ContainerSpec(
        String digest,
        List<String> command,
        Map<String, String> env,
        int port,
        Readiness readiness,
        int cpuMillisLimit,
        long memoryBytesLimit,
        Duration startupTimeout,
        Duration stopGrace,
        String sourceDigest,
        Optional<Image> image,
        String user,
        boolean readOnly,
        int pids) {
    private static final ContainerSpec UNKNOWN =
            processes("", List.of(), Map.of(), 0, "", 0, 0, Duration.ofHours(1), Duration.ofSeconds(10), "");

    public ContainerSpec {
        command = List.copyOf(command);
        env = Map.copyOf(env);
    }

    /**
     * Of one that runs as a process of this host, with nothing special about it.
     *
     * @param readiness of HTTP/1.1
     */
    public static ContainerSpec processes(
            String digest,
            List<String> command,
            Map<String, String> env,
            int port,
            String readiness,
            int cpuMillisLimit,
            long memoryBytesLimit,
            Duration startupTimeout,
            Duration stopGrace,
            String sourceDigest) {
        return new ContainerSpec(
                digest,
                command,
                env,
                port,
                new Readiness(readiness, false),
                cpuMillisLimit,
                memoryBytesLimit,
                startupTimeout,
                stopGrace,
                sourceDigest,
                Optional.empty(),
                "",
                false,
                0);
    }

    /** Of a container that runs, and of which this host has lost what it is: it can be watched and ended. */
    public static ContainerSpec unknown() {
        return UNKNOWN;
    }

    /** The same of another name for its image. */
    public ContainerSpec withImage(String name) {
        return new ContainerSpec(
                digest,
                command,
                env,
                port,
                readiness,
                cpuMillisLimit,
                memoryBytesLimit,
                startupTimeout,
                stopGrace,
                sourceDigest,
                image.map(it -> it.named(name)),
                user,
                readOnly,
                pids);
    }

    public boolean known() {
        return !digest.isEmpty();
    }
}
