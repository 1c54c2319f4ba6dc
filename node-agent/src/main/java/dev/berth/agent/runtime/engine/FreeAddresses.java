package dev.berth.agent.runtime.engine;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The addresses that containers are given on a network: in turn, so that one goes to another app as late as it can. */
final class FreeAddresses {
    private final Subnet subnet;
    private final Set<Integer> held = new HashSet<>();
    private int next;

    /** @param last the one that was given last, before the agent's restart; empty where that is not known */
    FreeAddresses(Subnet subnet, String last) {
        this.subnet = subnet;
        next = subnet.index(last) + 1;
    }

    Subnet subnet() {
        return subnet;
    }

    void hold(String ip) {
        int index = subnet.index(ip);
        if (index >= 0) {
            held.add(index);
        }
    }

    void giveBack(String ip) {
        held.remove(subnet.index(ip));
    }

    /** Empty where all are held or kept. */
    Optional<String> take(Set<String> kept) {
        for (int i = 0; i < subnet.size(); i++) {
            int index = (next + i) % subnet.size();
            if (!kept.contains(subnet.ip(index)) && held.add(index)) {
                next = (index + 1) % subnet.size();
                return Optional.of(subnet.ip(index));
            }
        }
        return Optional.empty();
    }
}
