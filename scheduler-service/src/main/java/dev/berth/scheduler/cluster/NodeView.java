package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Driver;
import dev.berth.scheduler.fleet.NodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One node as people see it, as of the end of a turn.
 *
 * @param conditions what is wrong with its host
 * @param drivers what it can run; none before its agent was heard
 * @param containers that it has or should have
 * @param images by container's id, what those are made of that have an image which is known
 * @param strangers that it runs and that the database does not know
 */
public record NodeView(
        String name,
        NodeState state,
        int cpuMillis,
        long memoryBytes,
        int cpuMillisFree,
        long memoryBytesFree,
        Instant seenAt,
        List<String> conditions,
        List<Driver> drivers,
        List<Container> containers,
        Map<String, String> images,
        List<Stranger> strangers) {
    /** A node is heard every second; that alone is shown now and then. */
    private static final Duration SEEN_EVERY = Duration.ofSeconds(5);

    /** Whether people who saw this one have something new to see in another. */
    boolean differs(NodeView other) {
        return Duration.between(other.seenAt, seenAt).compareTo(SEEN_EVERY) >= 0
                || !seenAt(other.seenAt).equals(other);
    }

    private NodeView seenAt(Instant at) {
        return new NodeView(
                name,
                state,
                cpuMillis,
                memoryBytes,
                cpuMillisFree,
                memoryBytesFree,
                at,
                conditions,
                drivers,
                containers,
                images,
                strangers);
    }
}
