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
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;

/** The nodes: what they report, which orders they have, what is free on them. */
final class Nodes {
    static final class Entry {
        final String name;
        final Room room;
        final Set<String> containers = new LinkedHashSet<>();
        NodeReport report;
        Instant heardAt;
        boolean lost;
        /** The order that the agent should carry out, within this leader's epoch. */
        long generation;
        Instant orderedAt = Instant.MIN;

        Entry(String name, Instant now) {
            this.name = name;
            room = new Room(name);
            heardAt = now;
        }
    }

    private final Duration lostAfter;
    private final Map<String, Entry> entries = new TreeMap<>();
    /** Those that are not lost; the one that has been silent for longest comes first. */
    private final SequencedSet<Entry> heard = new LinkedHashSet<>();
    private final Set<String> lost = new HashSet<>();

    Nodes(Duration lostAfter) {
        this.lostAfter = lostAfter;
    }

    /** The entry of a node, made at its first mention: one that never reported has no room for anything. */
    Entry get(String node, Instant now) {
        return entries.computeIfAbsent(node, name -> {
            Entry entry = new Entry(name, now);
            heard.addLast(entry);
            return entry;
        });
    }

    void hear(Entry entry, Instant now) {
        entry.heardAt = now;
        heard.addLast(entry);
        if (entry.lost) {
            entry.lost = false;
            lost.remove(entry.name);
            entry.room.unavailable("");
        }
    }

    Map<String, Entry> all() {
        return entries;
    }

    Collection<Room> rooms() {
        return entries.values().stream().filter(entry -> entry.report != null).map(entry -> entry.room).toList();
    }

    /** Marks those that have been silent for too long; gives those that were not lost before. */
    List<Entry> markLost(Instant now) {
        List<Entry> silent = new ArrayList<>();
        while (!heard.isEmpty() && lossOf(heard.getFirst()).compareTo(now) <= 0) {
            Entry entry = heard.removeFirst();
            entry.lost = true;
            lost.add(entry.name);
            entry.room.unavailable("lost: not heard since " + entry.heardAt);
            silent.add(entry);
        }
        return silent;
    }

    private Instant lossOf(Entry entry) {
        return entry.heardAt.plus(lostAfter).plusMillis(1);
    }

    Set<String> lost() {
        return lost;
    }

    /** When the next silent node counts as lost; null where none is there. */
    Instant nextLoss() {
        return heard.isEmpty() ? null : lossOf(heard.getFirst());
    }
}
