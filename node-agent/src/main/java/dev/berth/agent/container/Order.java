package dev.berth.agent.container;

import java.util.List;
import java.util.Set;

/**
 * All that should exist on this host, as a leader with this epoch wants it.
 *
 * @param keptPorts ports that no new container may be given: a gateway may take them for another app's
 */
public record Order(long epoch, long generation, List<Wanted> containers, Set<Integer> keptPorts) {
    public Order {
        containers = List.copyOf(containers);
        keptPorts = Set.copyOf(keptPorts);
    }
}
