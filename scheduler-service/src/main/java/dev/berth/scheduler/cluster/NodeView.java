package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.NodeState;
import java.time.Instant;

/** One node as people see it, as of the end of a turn. */
public record NodeView(
        String name,
        NodeState state,
        int cpuMillis,
        long memoryBytes,
        int cpuMillisFree,
        long memoryBytesFree,
        int containers,
        Instant seenAt) {}
