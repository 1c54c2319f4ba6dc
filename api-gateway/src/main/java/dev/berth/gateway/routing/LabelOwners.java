package dev.berth.gateway.routing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which app answers under a label. Each has one owner: who claims it first keeps it until it gives it up; then whoever
 * else claims it gets it, the longest waiting first. Read by every event loop, changed by one thread at a time.
 */
final class LabelOwners {
    private final Map<String, AppRoute> owners = new ConcurrentHashMap<>();
    /** Apps that claim a label of another one; mostly there is none. */
    private final Map<String, SequencedSet<AppRoute>> waiting = new HashMap<>();

    /** Null where nobody owns it. */
    AppRoute owner(String label) {
        return owners.get(label);
    }

    /** An app claims other labels than before. Its functions hold the new ones already. */
    void change(AppRoute app, Set<String> before, Set<String> after) {
        for (String label : after) {
            AppRoute owner = owners.putIfAbsent(label, app);
            if (owner != null && owner != app) {
                waiting.computeIfAbsent(label, key -> new LinkedHashSet<>()).add(app);
            }
        }
        for (String label : before) {
            if (!after.contains(label)) {
                giveUp(label, app);
            }
        }
    }

    private void giveUp(String label, AppRoute app) {
        SequencedSet<AppRoute> others = waiting.get(label);
        if (owners.get(label) != app) {
            if (others != null) {
                others.remove(app);
            }
        } else if (others == null) {
            owners.remove(label);
        } else {
            // In one step: nobody finds the label without an owner.
            owners.put(label, others.removeFirst());
        }
        if (others != null && others.isEmpty()) {
            waiting.remove(label);
        }
    }

    /** Who is denied a label. */
    List<RouteTable.Contest> contests() {
        List<RouteTable.Contest> contests = new ArrayList<>();
        waiting.forEach((label, apps) -> apps.forEach(app ->
                contests.add(new RouteTable.Contest(label, owners.get(label).toString(), app.toString()))));
        return contests;
    }
}
