package dev.berth.agent.container;

import java.util.List;

/** All that should exist on this host, as a leader with this epoch wants it. */
public record Order(long epoch, long generation, List<Wanted> containers) {
    public Order {
        containers = List.copyOf(containers);
    }
}
