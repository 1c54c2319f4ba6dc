package dev.berth.e2e.simulation;

import dev.berth.scheduler.cluster.Turn;
import dev.berth.scheduler.cluster.Vacated;
import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.VersionSpec;
import dev.berth.scheduler.rollout.Rollout;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is committed, guarded by the epoch. */
final class Database {
    final Map<AppId, Turn.AppRow> apps = new TreeMap<>();
    final Map<AppId, TreeMap<Integer, VersionSpec>> versions = new TreeMap<>();
    final Map<AppId, TreeMap<Integer, Rollout>> rollouts = new TreeMap<>();
    final Set<Turn.PinRow> pins = new LinkedHashSet<>();
    final Map<String, Container> containers = new LinkedHashMap<>();
    final Map<Address, Vacated> vacated = new LinkedHashMap<>();
    final Set<String> gateways = new TreeSet<>();
    long epoch;
    long sequence;
    boolean settled = true;

    /** What the name of a version's image means; empty while that is not known. */
    Optional<String> image(AppId app, int version, String name) {
        return pins.stream()
                .filter(row -> row.id().equals(app)
                        && row.version() == version
                        && row.name().equals(name))
                .map(Turn.PinRow::image)
                .findFirst();
    }

    /** False for a leader that has been deposed: nothing is written. */
    boolean commit(long by, Turn turn) {
        if (by != epoch) {
            return false;
        }
        sequence = turn.sequence();
        settled = turn.settled();
        turn.kept().vacated().forEach(one -> vacated.put(one.at(), one));
        turn.kept().free().forEach(vacated::remove);
        gateways.addAll(turn.kept().gateways());
        gateways.removeAll(turn.kept().gone());
        turn.apps().forEach(row -> apps.put(row.id(), row));
        turn.versions()
                .forEach(row -> versions.computeIfAbsent(row.id(), id -> new TreeMap<>())
                        .put(row.spec().version(), row.spec()));
        pins.addAll(turn.pins());
        turn.rollouts()
                .forEach(row -> rollouts.computeIfAbsent(row.id(), id -> new TreeMap<>())
                        .put(row.rollout().version(), row.rollout()));
        turn.containers().forEach(container -> containers.put(container.id(), container));
        turn.gone().forEach(containers::remove);
        turn.unneeded()
                .forEach(key -> versions.getOrDefault(key.id(), new TreeMap<>()).remove(key.version()));
        turn.forgotten().forEach(id -> {
            apps.remove(id);
            versions.remove(id);
            rollouts.remove(id);
            pins.removeIf(row -> row.id().equals(id));
        });
        return true;
    }
}
