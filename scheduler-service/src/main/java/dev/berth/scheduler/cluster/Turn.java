package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Pins;
import dev.berth.scheduler.fleet.VersionSpec;
import dev.berth.scheduler.rollout.Rollout;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one turn changed: to be committed first, then sent.
 *
 * @param gone ids of containers that are no more
 * @param unneeded specs that nothing refers to any more
 * @param orders nodes whose order changed or was not heard
 * @param sequence of the newest routes
 * @param settled false where some apps still wait for their decision: {@code routes} may be older than {@code containers}
 * @param serving versions that are live now, for the registry; 0 of an app that was stopped
 * @param faults of apps that were set aside
 * @param wakeAt when the next turn is due though nothing happens; empty for never
 */
public record Turn(
        Collection<Container> containers,
        Set<String> gone,
        List<AppRow> apps,
        List<VersionRow> versions,
        List<PinRow> pins,
        List<RolloutRow> rollouts,
        Set<VersionKey> unneeded,
        Set<AppId> forgotten,
        Kept kept,
        Set<String> orders,
        List<Routes> routes,
        long sequence,
        boolean settled,
        List<VersionKey> serving,
        List<Fault> faults,
        Optional<Instant> wakeAt) {

    /** One version of an app. */
    public record VersionKey(AppId id, int version) {}

    public record AppRow(AppId id, int live, int begun) {}

    public record VersionRow(AppId id, VersionSpec spec) {}

    /** @param image what the name means for this version, for as long as the app lives */
    public record PinRow(AppId id, int version, String name, String image) {
        /** Of one app. */
        public static Pins pins(Collection<PinRow> rows) {
            return new Pins(rows.stream()
                    .collect(Collectors.groupingBy(
                            PinRow::version, Collectors.toUnmodifiableMap(PinRow::name, PinRow::image))));
        }
    }

    public record RolloutRow(AppId id, Rollout rollout) {}

    /**
     * Changes of what keeps an address from other apps.
     *
     * @param free addresses that anybody may have again
     * @param gateways names of those that appeared
     * @param gone names of those that ended, or that nobody waits for any more
     */
    public record Kept(List<Vacated> vacated, Set<Address> free, Set<String> gateways, Set<String> gone) {
        boolean isEmpty() {
            return vacated.isEmpty() && free.isEmpty() && gateways.isEmpty() && gone.isEmpty();
        }
    }

    /** An app for which nothing could be decided. */
    public record Fault(AppId id, RuntimeException why) {}

    /** True where there is something to commit. */
    public boolean changes() {
        return !(containers.isEmpty()
                && gone.isEmpty()
                && apps.isEmpty()
                && versions.isEmpty()
                && pins.isEmpty()
                && rollouts.isEmpty()
                && unneeded.isEmpty()
                && forgotten.isEmpty()
                && kept.isEmpty()
                && routes.isEmpty());
    }
}
