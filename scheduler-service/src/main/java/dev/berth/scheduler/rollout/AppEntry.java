package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.VersionSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One app as the conductor keeps it. */
final class AppEntry {
    final AppId id;
    int newest;
    boolean stopped;
    String stoppedBy = "";
    int live;
    int begun;
    final TreeMap<Integer, Rollout> rollouts = new TreeMap<>();
    final Map<Integer, VersionSpec> versions = new HashMap<>();
    final Map<String, Container> containers = new LinkedHashMap<>();
    final Map<AppState.FunctionKey, Crashes> crashes = new HashMap<>();
    final Map<AppState.FunctionKey, AppState.Unplaced> unplaced = new HashMap<>();
    List<Routes.Function> published = List.of();

    AppEntry(AppId id) {
        this.id = id;
    }

    AppState state() {
        return new AppState(id, versions.containsKey(newest) ? newest : begun, stopped, stoppedBy, live, begun,
                latest(),
                versions, List.copyOf(containers.values()), crashes, unplaced);
    }

    /** Null before the first rollout. */
    Rollout latest() {
        return rollouts.get(begun);
    }

    /** True while something here waits for what gateways say. */
    boolean waitsForGateways() {
        return latest() != null && latest().step() == Rollout.Step.CUTTING_OVER
                || containers.values().stream().anyMatch(container -> container.goal() == Goal.DRAIN);
    }

    List<Routes.Function> routes() {
        List<Routes.Function> functions = new ArrayList<>();
        VersionSpec liveSpec = versions.get(live);
        if (liveSpec != null) {
            liveSpec.functions().forEach(function -> functions.add(route(liveSpec, function, true)));
        }
        Rollout latest = latest();
        if (latest != null && latest.step() == Rollout.Step.STARTING) {
            VersionSpec staged = versions.get(latest.version());
            staged.functions().forEach(function -> functions.add(route(staged, function, false)));
        }
        // What still drains of other versions stays known, so that gateways go on counting it.
        for (Container container : containers.values()) {
            boolean shown = functions.stream().anyMatch(function -> function.version() == container.version());
            if (!shown && container.goal() == Goal.DRAIN && container.ready()) {
                VersionSpec old = versions.get(container.version());
                old.functions().forEach(function -> functions.add(route(old, function, false)));
            }
        }
        return functions;
    }

    private Routes.Function route(VersionSpec spec, FunctionSpec function, boolean asLive) {
        List<Routes.Backend> backends = new ArrayList<>();
        for (Container container : containers.values()) {
            if (container.version() == spec.version() && container.function().equals(function.name())
                    && container.ready() && container.goal() != Goal.STOP) {
                backends.add(new Routes.Backend(container.id(), container.host(), container.port(),
                        container.drainDeadline()));
            }
        }
        return new Routes.Function(function.name(), spec.version(), asLive, function.labels(),
                function.timeout().toMillis(), backends, backends.isEmpty() ? String.join("; ", reasons()) : "");
    }

    /** Why something of this app is not as it should be, in words. */
    List<String> reasons() {
        List<String> reasons = new ArrayList<>();
        unplaced.forEach((key, why) -> reasons
                .add("function " + key.function() + " of v" + key.version() + " waits for a place: " + why.reason()));
        crashes.forEach((key, why) -> {
            if (isShort(key)) {
                reasons.add("function " + key.function() + " of v" + key.version() + " crashed "
                        + (why.count() == 1 ? "once" : why.count() + " times in a row") + ", starting again at "
                        + why.retryAt() + ": " + why.reason());
            }
        });
        Rollout latest = latest();
        if (!stopped && latest != null && latest.step() == Rollout.Step.FAILED) {
            reasons.add("the rollout of v" + latest.version() + " failed: " + latest.reason());
        }
        return reasons;
    }

    private boolean isShort(AppState.FunctionKey key) {
        boolean wanted = key.version() == live
                || latest() != null && latest().step().underWay() && key.version() == begun;
        return wanted && containers.values().stream().filter(container -> container.version() == key.version()
                && container.function().equals(key.function()) && container.running() && container.ready())
                .count() < versions.get(key.version()).function(key.function()).containers();
    }

    /** One line on what the rollout under way does now. */
    String progress() {
        Rollout latest = latest();
        if (latest == null || !latest.step().underWay()) {
            long draining = containers.values().stream().filter(container -> container.goal() == Goal.DRAIN).count();
            return draining == 0 ? "" : draining + " outdated containers drain";
        }
        if (latest.step() == Rollout.Step.CUTTING_OVER) {
            return "gateways switch to v" + latest.version();
        }
        VersionSpec spec = versions.get(latest.version());
        long ready = containers.values().stream()
                .filter(container -> container.version() == spec.version() && container.running() && container.ready())
                .count();
        int wanted = spec.functions().stream().mapToInt(FunctionSpec::containers).sum();
        String waits = String.join("; ", reasons());
        boolean older = spec.recreate()
                && containers.values().stream().anyMatch(container -> container.version() != spec.version());
        return (older
                ? "containers of the older version end first"
                : ready + " of " + wanted + " containers of v" + spec.version() + " ready")
                + (waits.isEmpty() ? "" : " (" + waits + ")");
    }

    /** Forgets specs that nothing refers to any more; gives their versions. */
    List<Integer> forgetOldVersions() {
        List<Integer> unneeded = versions.keySet().stream().filter(version -> version != live && version != begun
                && version != newest
                && containers.values().stream().noneMatch(container -> container.version() == version)).toList();
        versions.keySet().removeAll(unneeded);
        crashes.keySet().removeIf(key -> !versions.containsKey(key.version()));
        unplaced.keySet().removeIf(key -> !versions.containsKey(key.version()));
        rollouts.values().removeIf(rollout -> rollout.version() != begun && rollout.version() != live
                && rollout.receipt().complete());
        return unneeded;
    }
}
