package dev.berth.scheduler.fleet;

import java.util.List;

/**
 * What an agent says of its host: all of it, each time.
 *
 * @param incarnation of this start of the agent; a later start's is greater
 */
public record NodeReport(String node, String incarnation, long sequence, long epoch, long generation, int cpuMillis,
        long memoryBytes, List<Seen> containers) {

    /** @param timedOut with FAILED: it was not ready in time */
    public record Seen(String id, Phase phase, String reason, String host, int port, boolean timedOut) {}

    public NodeReport {
        containers = List.copyOf(containers);
    }
}
