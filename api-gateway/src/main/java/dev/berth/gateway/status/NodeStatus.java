package dev.berth.gateway.status;

import java.time.Instant;
import java.util.List;

/**
 * How a node is.
 *
 * @param count of the containers that it has or should have
 * @param seenAt when the scheduler heard of it last, to some seconds
 * @param conditions what is wrong with its host, in words
 * @param drivers what it runs containers with now
 * @param containers what it has, should have, and runs unasked
 */
public record NodeStatus(
        String name,
        State state,
        int cpuMillis,
        long memoryBytes,
        int cpuMillisFree,
        long memoryBytesFree,
        int count,
        Instant seenAt,
        List<String> conditions,
        List<Driver> drivers,
        List<ContainerStatus> containers) {

    /** @param version of an engine, such as Docker 20.10.24, for people; may be empty */
    public record Driver(Kind kind, String version) {
        public enum Kind {
            PROCESS,
            ENGINE
        }
    }

    /** Whether it takes containers. */
    public enum State {
        READY,
        CORDONED,
        DRAINING,
        LOST
    }
}
