package dev.berth.agent.container;

import java.util.List;
import java.util.Set;

/**
 * All that should exist on this host, as a leader with this epoch wants it.
 *
 * @param kept places that no new container may be given
 * @param unneededImages keys of those that no app needs any more, of what this host said it holds
 */
public record Order(long epoch, long generation, List<Wanted> containers, KeptPlaces kept, Set<Long> unneededImages) {
    public Order {
        containers = List.copyOf(containers);
        unneededImages = Set.copyOf(unneededImages);
    }
}
