package dev.berth.scheduler.placement;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.Allocation;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Driver;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What one node has and what is free of it; kept up to date by one change at a time, never recounted. */
public final class NodeCapacity {
    /** An order names each container of its node, and has to fit the bus. */
    static final int MOST_CONTAINERS = 10_000;

    private final String node;
    private final Function<Address, Optional<AppId>> keptFor;
    private String host = "";
    private Instant lostSince;
    private Map<Driver.Kind, String> closed = Map.of();
    private Set<Driver.Kind> drivers = Set.of();
    private Set<Driver.Kind> openFor = Set.of();
    private int cpuMillis;
    private long memoryBytes;
    private int cpuMillisTaken;
    private long memoryBytesTaken;
    private int containers;
    private final Map<String, Integer> functions = new HashMap<>();
    private final Map<Integer, String> ports = new HashMap<>();
    private final Map<String, String> devices = new HashMap<>();

    /** @param keptFor the app for which a free address is kept */
    NodeCapacity(String node, Function<Address, Optional<AppId>> keptFor) {
        this.node = node;
        this.keptFor = keptFor;
    }

    public String node() {
        return node;
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

    void has(String at, Set<Driver.Kind> offered, int cpu, long memory) {
        host = at;
        drivers = Set.copyOf(offered);
        open();
        cpuMillis = cpu;
        memoryBytes = memory;
    }

    /** @param reasons why it takes nothing new of what runs with these; empty where it takes all */
    void closed(Map<Driver.Kind, String> reasons) {
        closed = Map.copyOf(reasons);
        open();
    }

    void lostSince(Instant at) {
        lostSince = at;
    }

    /** @throws IllegalStateException where somebody else holds a port or device of it: P4 would be broken */
    void reserve(Allocation allocation, String function, String holder) {
        if (allocation.port() != 0) {
            exclusive("port " + allocation.port(), ports.get(allocation.port()), holder);
        }
        allocation.devices().forEach(device -> exclusive("device " + device, devices.get(device), holder));
        if (allocation.port() != 0) {
            ports.put(allocation.port(), holder);
        }
        allocation.devices().forEach(device -> devices.put(device, holder));
        cpuMillisTaken += allocation.cpuMillis();
        memoryBytesTaken += allocation.memoryBytes();
        containers++;
        functions.merge(function, 1, Integer::sum);
    }

    private void exclusive(String what, String before, String holder) {
        if (before != null) {
            throw new IllegalStateException(
                    what + " of " + node + " is held by " + before + ", so " + holder + " can't have it");
        }
    }

    void release(Allocation allocation, String function, String holder) {
        ports.remove(allocation.port(), holder);
        allocation.devices().forEach(device -> devices.remove(device, holder));
        cpuMillisTaken -= allocation.cpuMillis();
        memoryBytesTaken -= allocation.memoryBytes();
        containers--;
        functions.computeIfPresent(function, (name, count) -> count == 1 ? null : count - 1);
    }

    Set<Driver.Kind> drivers() {
        return drivers;
    }

    boolean has(Driver.Kind driver) {
        return drivers.contains(driver);
    }

    private boolean heard() {
        return cpuMillis != 0 || memoryBytes != 0;
    }

    int of(String function) {
        return functions.getOrDefault(function, 0);
    }

    Iterable<Map.Entry<String, Integer>> functions() {
        return functions.entrySet();
    }

    /** Nothing new goes there, whatever it needs. */
    boolean takesNothing() {
        return lostSince != null || openFor.isEmpty();
    }

    /** Whether something new that runs with this may go there, as far as it has room. */
    public boolean takes(Driver.Kind driver) {
        return lostSince == null && openFor.contains(driver);
    }

    /** What it takes something new for, unless it is lost. */
    Set<Driver.Kind> openFor() {
        return openFor;
    }

    private void open() {
        openFor = drivers.stream().filter(kind -> !closed.containsKey(kind)).collect(Collectors.toUnmodifiableSet());
    }

    /** What this node lacks for the request; empty where it fits. The one rule of what fits. */
    Optional<Lack> lack(Placer.Request request) {
        if (heard() && !has(request.driver())) {
            return Optional.of(new Lack.NoDriver(node, request.driver()));
        }
        if (lostSince != null) {
            return Optional.of(new Lack.Lost(node, lostSince));
        }
        if (closed.containsKey(request.driver())) {
            return Optional.of(new Lack.Closed(node, closed.get(request.driver())));
        }
        if (!heard()) {
            return Optional.of(new Lack.Unheard(node));
        }
        if (cpuMillisFree() < request.cpuMillis()) {
            return Optional.of(new Lack.Cpu(node, cpuMillisFree(), cpuMillis));
        }
        if (memoryBytesFree() < request.memoryBytes()) {
            return Optional.of(new Lack.Memory(node, memoryBytesFree(), memoryBytes));
        }
        Optional<Lack> port = request.port() == 0 ? Optional.empty() : lackOfPort(request);
        if (port.isPresent()) {
            return port;
        }
        return containers >= MOST_CONTAINERS ? Optional.of(new Lack.Slots(node, containers)) : Optional.empty();
    }

    private Optional<Lack> lackOfPort(Placer.Request request) {
        String holder = ports.get(request.port());
        if (holder != null) {
            return Optional.of(new Lack.Port(node, request.port(), holder));
        }
        Address at = new Address(host, request.port());
        return keptFor.apply(at)
                .filter(app -> !app.equals(request.app()))
                .map(app -> new Lack.PortVacated(node, at, app));
    }
}
