package dev.berth.registry.app;

import java.util.List;

/**
 * How a container of an engine is made.
 *
 * @param name as {@link ImageName} allows it
 * @param entrypoint in place of the image's own; empty for the image's
 * @param workingDir empty for /app where there is source, else the image's
 * @param shmBytes of /dev/shm; 0 for the engine's default
 */
public record Image(
        String name,
        List<String> entrypoint,
        String workingDir,
        Network network,
        long shmBytes,
        List<Volume> volumes,
        List<Ulimit> ulimits) {
    public Image {
        entrypoint = List.copyOf(entrypoint);
        volumes = List.copyOf(volumes);
        ulimits = List.copyOf(ulimits);
    }

    /** Where a container has its address. */
    public enum Network {
        /** One of Berth's own on each node. */
        BRIDGE,
        /** The node's. */
        HOST
    }

    /** A folder of the node, as the container sees it. Both paths are absolute. */
    public record Volume(String source, String target, boolean writable) {}

    /** @param name such as nofile; -1 is unlimited */
    public record Ulimit(String name, long soft, long hard) {}
}
