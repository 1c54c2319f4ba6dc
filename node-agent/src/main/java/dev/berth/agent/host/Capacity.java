package dev.berth.agent.host;

/** What containers may use of this host: thousandths of a core, bytes. */
public record Capacity(int cpuMillis, long memoryBytes) {
    public Capacity {
        if (cpuMillis < 1 || memoryBytes < 1) {
            throw new IllegalArgumentException("a host needs some CPU and memory for containers");
        }
    }
}
