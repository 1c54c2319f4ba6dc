package dev.berth.scheduler.fleet;

import java.util.Set;

/**
 * What a container holds on a node, from its placement to its end. It is stored and sent as it is, and given back as it
 * was taken, whatever becomes of the spec that asked for it.
 *
 * @param cpuMillis thousandths of a core
 * @param port a fixed port of the node, which no two containers there can share; 0 for none, and on a bridge
 * @param devices ids of the GPU devices that it alone uses
 */
public record Allocation(String node, int cpuMillis, long memoryBytes, int port, Set<String> devices) {
    public Allocation {
        devices = Set.copyOf(devices);
    }
}
