package dev.berth.scheduler.fleet;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an agent says of its host: all of it, each time.
 *
 * @param incarnation of this start of the agent; a later start's is greater
 * @param epoch the highest one whose order it has seen
 * @param host where its containers are reached; one host may have several agents
 * @param conditions what is wrong with the host; none where all is well
 * @param drivers what it can run now
 * @param images that its agent pulled, by their keys
 */
public record NodeReport(
        String node,
        String incarnation,
        long sequence,
        long epoch,
        long generation,
        String host,
        int cpuMillis,
        long memoryBytes,
        List<NodeCondition> conditions,
        List<Driver> drivers,
        List<Observed> containers,
        Set<Long> images) {

    /**
     * One container; its names are as its order said.
     *
     * @param image by digest, or its id: which one it is made of, or is to be; empty while that is not known
     */
    public record Observed(
            String id, AppName app, int version, String function, Sighting sighting, Optional<String> image) {

        /** One of which no image is known. */
        public Observed(String id, AppName app, int version, String function, Sighting sighting) {
            this(id, app, version, function, sighting, Optional.empty());
        }
    }

    public NodeReport {
        conditions = List.copyOf(conditions);
        drivers = List.copyOf(drivers);
        containers = List.copyOf(containers);
        images = Set.copyOf(images);
    }
}
