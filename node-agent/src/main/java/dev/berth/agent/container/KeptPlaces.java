package dev.berth.agent.container;

import java.util.Set;

/**
 * Where no new container may listen though nobody does: a gateway may still send another app's requests there.
 *
 * @param ports of this host
 * @param hosts addresses on this node's bridge, as they are written
 */
public record KeptPlaces(Set<Integer> ports, Set<String> hosts) {
    public static final KeptPlaces NONE = new KeptPlaces(Set.of(), Set.of());

    public KeptPlaces {
        ports = Set.copyOf(ports);
        hosts = Set.copyOf(hosts);
    }
}
