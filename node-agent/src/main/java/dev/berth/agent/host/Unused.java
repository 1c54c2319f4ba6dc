package dev.berth.agent.host;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Since when nobody uses each of some kept things. What is there at the start counts from its first look. */
public final class Unused {
    private final Duration kept;
    private final Map<String, Duration> since = new HashMap<>();

    /** @param kept how long a thing stays that nobody uses */
    public Unused(Duration kept) {
        this.kept = kept;
    }

    /**
     * Those whose time is over, the longest unused first.
     *
     * @param now by a clock that never steps
     */
    public List<String> over(Collection<String> present, Set<String> inUse, Duration now) {
        return over(present, inUse, kept, now);
    }

    /**
     * The same, where another time holds.
     *
     * @param kept how long a thing stays that nobody uses
     */
    List<String> over(Collection<String> present, Set<String> inUse, Duration kept, Duration now) {
        since.keySet().retainAll(present);
        since.keySet().removeAll(inUse);
        return present.stream()
                .filter(thing -> !inUse.contains(thing))
                .filter(thing ->
                        now.minus(since.computeIfAbsent(thing, first -> now)).compareTo(kept) >= 0)
                .sorted(Comparator.comparing(since::get))
                .toList();
    }
}
