package dev.berth.client;

import java.time.Instant;
import java.util.List;

/**
 * A host that runs containers.
 *
 * @param state {@code ready}, {@code cordoned}, {@code draining} or {@code lost}
 * @param cpu in cores
 * @param seenAt when it reported last
 * @param conditions what is wrong with the host itself, such as a full disk; empty where all is well
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
        List<String> gpus) {
    public Node {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
        gpus = gpus == null ? List.of() : List.copyOf(gpus);
    }
}
