package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.VersionSpec;
import dev.berth.scheduler.rollout.Rollout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What has changed since the last turn: each thing as it is now. */
final class Changeset {
    private final Map<String, Container> containers = new LinkedHashMap<>();
    private final Set<String> gone = new LinkedHashSet<>();
    private final Set<String> nodes = new TreeSet<>();
    private final Map<AppId, Turn.AppRow> apps = new TreeMap<>();
    private final Map<AppId, Map<Integer, Rollout>> rollouts = new TreeMap<>();
    private final List<Turn.VersionRow> versions = new ArrayList<>();
    private final List<Turn.PinRow> pins = new ArrayList<>();
    private final Set<Turn.VersionKey> unneeded = new LinkedHashSet<>();
    private final Set<AppId> forgotten = new TreeSet<>();
    private final Map<Address, Vacated> vacated = new LinkedHashMap<>();
    private final Set<Address> free = new LinkedHashSet<>();
    private final Set<String> gateways = new TreeSet<>();
    private final Set<String> gatewaysGone = new TreeSet<>();
    private final Set<String> orders = new TreeSet<>();
    private final List<Routes> routes = new ArrayList<>();
    private final List<Turn.VersionKey> serving = new ArrayList<>();
    private final List<Turn.Fault> faults = new ArrayList<>();

    void container(Container container) {
        nodes.add(container.node());
        containers.put(container.id(), container);
    }

    void gone(Container container) {
        nodes.add(container.node());
        containers.remove(container.id());
        gone.add(container.id());
    }

    /** People see something else of its containers. */
    void shows(String node) {
        nodes.add(node);
    }

    /** Those whose containers changed. */
    Set<String> nodes() {
        return nodes;
    }

    void app(Turn.AppRow row) {
        apps.put(row.id(), row);
    }

    void rollout(AppId app, Rollout rollout) {
        rollouts.computeIfAbsent(app, id -> new TreeMap<>()).put(rollout.version(), rollout);
    }

    void version(AppId app, VersionSpec spec) {
        versions.add(new Turn.VersionRow(app, spec));
    }

    void pin(AppId app, int version, String name, String image) {
        pins.add(new Turn.PinRow(app, version, name, image));
    }

    /** A spec that nothing refers to any more. */
    void unneeded(AppId app, int version) {
        unneeded.add(new Turn.VersionKey(app, version));
    }

    /** An app, with all that was to be said of it. */
    void forgotten(AppId app) {
        apps.remove(app);
        rollouts.remove(app);
        pins.removeIf(row -> row.id().equals(app));
        forgotten.add(app);
    }

    /** An address is kept from other apps from now on. */
    void vacated(Vacated address) {
        free.remove(address.at());
        vacated.put(address.at(), address);
    }

    /** An address is anybody's again. */
    void free(Address address) {
        vacated.remove(address);
        free.add(address);
    }

    void gateways(Set<String> appeared, Set<String> left) {
        gateways.addAll(appeared);
        gatewaysGone.addAll(left);
    }

    /** The order of this node is another one now, or was not heard: it goes out with this turn. */
    void order(String node) {
        orders.add(node);
    }

    void routes(Routes message) {
        routes.add(message);
    }

    void serves(AppId app, int version) {
        serving.add(new Turn.VersionKey(app, version));
    }

    void fault(AppId app, RuntimeException why) {
        faults.add(new Turn.Fault(app, why));
    }

    /**
     * @param heard keeps of the orders those that can go out; the others wait for their node
     * @param settled true where every app that was touched was decided for
     */
    Turn turn(Predicate<String> heard, long sequence, boolean settled, Optional<Instant> wakeAt) {
        List<Turn.RolloutRow> rows = rollouts.entrySet().stream()
                .flatMap(app ->
                        app.getValue().values().stream().map(rollout -> new Turn.RolloutRow(app.getKey(), rollout)))
                .toList();
        orders.removeIf(heard.negate());
        return new Turn(
                List.copyOf(containers.values()),
                gone,
                List.copyOf(apps.values()),
                List.copyOf(versions),
                List.copyOf(pins),
                rows,
                unneeded,
                forgotten,
                new Turn.Kept(List.copyOf(vacated.values()), free, gateways, gatewaysGone),
                orders,
                List.copyOf(routes),
                sequence,
                settled,
                List.copyOf(serving),
                List.copyOf(faults),
                wakeAt);
    }
}
