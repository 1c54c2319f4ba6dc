package dev.berth.agent.container;

import java.util.List;

/**
 * How a container of an engine is made.
 *
 * @param name as the manifest has it
 * @param entrypoint in place of the image's own; empty for the image's
 * @param workingDir empty for /app where there is source, else the image's
 * @param hostNetwork it shares the node's network, else it has an address on a bridge of Berth's
 * @param shmBytes of /dev/shm; 0 for the engine's default
 */
public record Image(
        String name,
        List<String> entrypoint,
        String workingDir,
        boolean hostNetwork,
        long shmBytes,
        List<Volume> volumes,
        List<Ulimit> ulimits) {
    public Image {
        entrypoint = List.copyOf(entrypoint);
        volumes = List.copyOf(volumes);
        ulimits = List.copyOf(ulimits);
    }

    Image named(String other) {
        return new Image(other, entrypoint, workingDir, hostNetwork, shmBytes, volumes, ulimits);
    }

    public Image withVolumes(List<Volume> others) {
        return new Image(name, entrypoint, workingDir, hostNetwork, shmBytes, others, ulimits);
    }

    /** A folder of the node, as the container sees it. Both paths are absolute. */
    public record Volume(String source, String target, boolean writable) {}

    /** @param name such as nofile; -1 is unlimited */
    public record Ulimit(String name, long soft, long hard) {}
}
