package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.placement.Room;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The nodes: what they report, which orders they have, what is free on them. */
final class Nodes {
    static final class Entry {
        final Room room;
        final Set<String> containers = new LinkedHashSet<>();
        NodeReport report;
        Instant heardAt;
        boolean lost;
        /** The order that the agent should carry out, within this leader's epoch. */
        long generation;
        Instant orderedAt = Instant.MIN;

        Entry(String name, Instant now) {
            room = new Room(name);
            heardAt = now;
        }
    }

    private final Duration lostAfter;
    private final Map<String, Entry> entries = new TreeMap<>();

    Nodes(Duration lostAfter) {
        this.lostAfter = lostAfter;
    }

    /** The entry of a node, made at its first mention: one that never reported has no room for anything. */
    Entry get(String node, Instant now) {
        return entries.computeIfAbsent(node, name -> new Entry(name, now));
    }

    Map<String, Entry> all() {
        return entries;
    }

    Collection<Room> rooms() {
        return entries.values().stream().filter(entry -> entry.report != null).map(entry -> entry.room).toList();
    }

    /** Marks those that have been silent for too long; gives those that were not lost before. */
    List<Entry> markLost(Instant now) {
        List<Entry> lost = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (!entry.lost && entry.heardAt.plus(lostAfter).isBefore(now)) {
                entry.lost = true;
                entry.room.unavailable("lost: not heard since " + entry.heardAt);
                lost.add(entry);
            }
        }
        return lost;
    }

    Set<String> lost() {
        Set<String> lost = new HashSet<>();
        entries.forEach((name, entry) -> {
            if (entry.lost) {
                lost.add(name);
            }
        });
        return lost;
    }

    /** When the next silent node counts as lost; null where none is there. */
    Instant nextLoss() {
        Instant next = null;
        for (Entry entry : entries.values()) {
            Instant at = entry.heardAt.plus(lostAfter).plusMillis(1);
            if (!entry.lost && (next == null || at.isBefore(next))) {
                next = at;
            }
        }
        return next;
    }
}
