package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What one turn of the conductor changed: to be committed first, then sent.
 *
 * @param gone ids of containers that are no more
 * @param unneeded specs that nothing refers to any more
 * @param orders nodes whose order changed or was not heard
 * @param sequence of the newest routes
 * @param wakeAt when the next turn is due though nothing happens; null for never
 */
public record Turn(Collection<Container> containers, Set<String> gone, List<AppRow> apps, List<RolloutRow> rollouts,
        Set<VersionKey> unneeded, Set<AppId> forgotten, Set<String> orders, List<Routes> routes, long sequence,
        Instant wakeAt) {

    /** One version of an app. */
    public record VersionKey(AppId id, int version) {}

    public record AppRow(AppId id, int live, int begun) {}

    public record RolloutRow(AppId id, Rollout rollout) {}

    /** True where there is something to commit. */
    public boolean changes() {
        return !(containers.isEmpty() && gone.isEmpty() && apps.isEmpty() && rollouts.isEmpty() && unneeded.isEmpty()
                && forgotten.isEmpty()
                && routes.isEmpty());
    }
}
