package dev.berth.scheduler.placement;

import java.util.HashMap;
import java.util.Map;

/** One node with what is free on it; kept up to date by one change at a time, never recounted. */
public final class Room {
    private final String node;
    private String unavailable = "";
    private int cpuMillis;
    private long memoryBytes;
    private int cpuMillisTaken;
    private long memoryBytesTaken;
    private int containers;
    private final Map<String, Integer> sameFunction = new HashMap<>();
    private final Map<Integer, String> ports = new HashMap<>();

    public Room(String node) {
        this.node = node;
    }

    public String node() {
        return node;
    }

    public void capacity(int cpu, long memory) {
        cpuMillis = cpu;
        memoryBytes = memory;
    }

    /** @param reason why nothing new goes here (cordoned, draining, lost), in words; empty where it may */
    public void unavailable(String reason) {
        unavailable = reason;
    }

    public void take(Placer.Request request, String holder) {
        cpuMillisTaken += request.cpuMillis();
        memoryBytesTaken += request.memoryBytes();
        containers++;
        sameFunction.merge(request.function(), 1, Integer::sum);
        if (request.port() != 0) {
            ports.put(request.port(), holder);
        }
    }

    public void give(Placer.Request request, String holder) {
        cpuMillisTaken -= request.cpuMillis();
        memoryBytesTaken -= request.memoryBytes();
        containers--;
        sameFunction.computeIfPresent(request.function(), (function, count) -> count == 1 ? null : count - 1);
        ports.remove(request.port(), holder);
    }

    public String unavailable() {
        return unavailable;
    }

    public int cpuMillis() {
        return cpuMillis;
    }

    public long memoryBytes() {
        return memoryBytes;
    }

    public int cpuMillisFree() {
        return cpuMillis - cpuMillisTaken;
    }

    public long memoryBytesFree() {
        return memoryBytes - memoryBytesTaken;
    }

    public int containers() {
        return containers;
    }

    int same(String function) {
        return sameFunction.getOrDefault(function, 0);
    }

    /** The container that holds a fixed port; null where it is free. */
    String holder(int port) {
        return ports.get(port);
    }
}
