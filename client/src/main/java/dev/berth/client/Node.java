package dev.berth.client;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A host that runs containers.
 *
 * @param state {@code ready}, {@code cordoned}, {@code draining} or {@code lost}
 * @param cpu in cores
 * @param seenAt when it reported last
 * @param conditions what is wrong with the host itself, such as a full disk; empty where all is well
 * @param drivers what it runs containers with now
 */
public record Node(
        String name,
        String state,
        double cpu,
        double cpuFree,
        long memoryBytes,
        long memoryBytesFree,
        int containers,
        Instant seenAt,
        List<String> conditions,
        List<Driver> drivers,
        List<String> gpus) {
    public Node {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
        drivers = drivers == null ? List.of() : List.copyOf(drivers);
        gpus = gpus == null ? List.of() : List.copyOf(gpus);
    }

    /**
     * What a node runs containers with.
     *
     * @param kind {@code process}, where containers are processes of the host, or {@code engine}, where they are made of images
     * @param version of an engine, such as Docker 20.10.24
     */
    public record Driver(String kind, Optional<String> version) {}
}
