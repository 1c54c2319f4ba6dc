package dev.berth.scheduler.cluster;

import dev.berth.protocol.name.ImageKey;
import dev.berth.scheduler.fleet.AppId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The images that some app may need again, by their keys. */
final class KeptImages {
    private final int versions;
    private final Map<AppId, Set<Long>> byApp = new HashMap<>();
    /** How many apps need each. */
    private final Map<Long, Integer> apps = new HashMap<>();

    /** @param versions of how many of the newest of each app */
    KeptImages(int versions) {
        this.versions = versions;
    }

    void settled(App app) {
        Set<Long> now = app.keptImages(versions).stream().map(ImageKey::of).collect(Collectors.toSet());
        Set<Long> before = now.isEmpty() ? byApp.remove(app.id) : byApp.put(app.id, now);
        if (!now.equals(before)) {
            now.forEach(key -> apps.merge(key, 1, Integer::sum));
            letGo(before);
        }
    }

    void forgotten(AppId app) {
        letGo(byApp.remove(app));
    }

    private void letGo(Set<Long> before) {
        if (before != null) {
            before.forEach(key -> apps.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1));
        }
    }

    /** Those of some that no app needs. */
    Set<Long> unneeded(Set<Long> some) {
        Set<Long> unneeded = new TreeSet<>(some);
        unneeded.removeAll(apps.keySet());
        return unneeded;
    }
}
