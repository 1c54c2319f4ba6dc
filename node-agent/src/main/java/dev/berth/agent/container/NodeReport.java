package dev.berth.agent.container;

import dev.berth.agent.host.Capacity;
import java.util.List;
import java.util.Set;

/**
 * All that an agent says of its host at once.
 *
 * @param host address under which gateways reach its containers
 * @param incarnation of the agent: another at each of its starts
 * @param sequence of the report, within one incarnation
 * @param epoch the highest that was ever seen here
 * @param conditions what is wrong with the host; none where all is well
 * @param drivers what it can run now
 * @param generation of the newest order of that epoch; 0 before the first order of this start
 * @param images keys of those that it pulled
 */
public record NodeReport(
        String node,
        String host,
        String incarnation,
        long sequence,
        long epoch,
        long generation,
        Capacity capacity,
        List<NodeCondition> conditions,
        List<Driver> drivers,
        List<Sighting> containers,
        Set<Long> images) {
    public NodeReport {
        conditions = List.copyOf(conditions);
        drivers = List.copyOf(drivers);
        containers = List.copyOf(containers);
        images = Set.copyOf(images);
    }
}
