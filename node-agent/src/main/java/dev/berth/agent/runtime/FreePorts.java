package dev.berth.agent.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * The ports that containers are given by the agent. The one that was unused for longest comes first, so that a port goes
 * to another app as late as it can.
 */
final class FreePorts {
    private final PortRange range;
    private final Deque<Integer> free = new ArrayDeque<>();
    private final Set<Integer> held = new TreeSet<>();

    /** @param last the one that was given last, before the agent's restart; what comes after it was unused for longer */
    FreePorts(PortRange range, int last) {
        this.range = range;
        int begin = range.contains(last) ? last - range.first() + 1 : 0;
        for (int i = 0; i < range.size(); i++) {
            free.add(range.first() + (begin + i) % range.size());
        }
    }

    PortRange range() {
        return range;
    }

    /** A container has it, whoever chose it. */
    void hold(int port) {
        held.add(port);
        free.remove(port);
    }

    void giveBack(int port) {
        if (held.remove(port) && range.contains(port)) {
            free.addLast(port);
        }
    }

    /**
     * Takes one.
     *
     * @param kept those that must not be given now
     * @param usable false for what somebody else on this host has
     */
    OptionalInt take(Set<Integer> kept, IntPredicate usable) {
        for (Iterator<Integer> ports = free.iterator(); ports.hasNext(); ) {
            int port = ports.next();
            if (!kept.contains(port) && usable.test(port)) {
                ports.remove();
                held.add(port);
                return OptionalInt.of(port);
            }
        }
        return OptionalInt.empty();
    }
}
