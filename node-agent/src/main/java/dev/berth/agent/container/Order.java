package dev.berth.agent.container;

import java.util.List;

/**
 * All that should exist on this host, as a leader with this epoch wants it.
 *
 * @param kept places that no new container may be given
 */
public record Order(long epoch, long generation, List<Wanted> containers, KeptPlaces kept) {
    public Order {
        containers = List.copyOf(containers);
    }
}
