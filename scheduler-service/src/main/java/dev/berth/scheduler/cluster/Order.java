package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.Container;
import java.util.List;
import java.util.Set;

/**
 * Everything that should exist on one node.
 *
 * @param keptPorts ports of its host that no new container may be given: gateways may take them for another app's
 * @param keptHosts addresses on its bridge, likewise
 * @param unneededImages of those that it holds, by their keys
 * @param strangers what it runs that the database does not know, and keeps for now
 */
public record Order(
        String node,
        long generation,
        List<Container> containers,
        Set<Integer> keptPorts,
        Set<String> keptHosts,
        Set<Long> unneededImages,
        List<Stranger> strangers) {}
