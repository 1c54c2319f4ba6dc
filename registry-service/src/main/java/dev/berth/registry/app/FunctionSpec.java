package dev.berth.registry.app;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A function as a version keeps it.
 *
 * @param command empty for the image's own
 * @param cpuMillis thousandths of a core that placement reserves; a limit too where {@code cpuLimited}
 * @param memoryBytes bytes that placement reserves; a limit too where {@code memoryLimited}
 * @param image empty where it runs as a process of its node
 * @param user name or number, with a group after a colon; empty for the image's, or the agent's
 * @param readOnly neither the image's files nor its source can be written to
 * @param pids processes and threads at once; 0 for as many as the node allows
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
        Optional<Image> image,
        String user,
        boolean readOnly,
        int pids,
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
                image,
                user,
                readOnly,
                pids,
                itsDigest);
    }
}
