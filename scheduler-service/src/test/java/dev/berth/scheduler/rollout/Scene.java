package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.Allocation;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Ending;
import dev.berth.scheduler.fleet.FunctionKey;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.Image;
import dev.berth.scheduler.fleet.Kind;
import dev.berth.scheduler.fleet.NodeState;
import dev.berth.scheduler.fleet.Pins;
import dev.berth.scheduler.fleet.Seen;
import dev.berth.scheduler.fleet.VersionSpec;
import dev.berth.scheduler.placement.Placer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** One app in some state, told in few words. */
final class Scene {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final AppId APP = new AppId("main", "demo", "life-1");

    private int newest;
    private Optional<String> stopped = Optional.empty();
    private int live;
    private int begun;
    private Optional<Rollout> rollout = Optional.empty();
    private final Map<Integer, VersionSpec> versions = new HashMap<>();
    private Pins pins = Pins.NONE;
    private final Map<FunctionKey, Integer> wanted = new HashMap<>();
    private List<Container> containers = List.of();
    private final Map<FunctionKey, Crashes> crashes = new HashMap<>();
    private final Map<FunctionKey, AppState.Unplaced> unplaced = new HashMap<>();
    private final Set<String> lost = new HashSet<>();
    private final Set<AppState.Fetched> fetched = new HashSet<>();
    private final Set<String> drained = new HashSet<>();
    private long applied = -1;
    private Instant appliedSince = NOW;

    static FunctionSpec function(String name, String digest, int containers) {
        return new FunctionSpec(
                name,
                digest,
                new Kind.Web(0, List.of("demo-" + name), false),
                100,
                1 << 20,
                containers,
                TIMEOUT,
                Duration.ofSeconds(5),
                Optional.empty());
    }

    /** One that is made of the image of this name. */
    static FunctionSpec imaged(String name, String digest, String image) {
        FunctionSpec process = function(name, digest, 1);
        return new FunctionSpec(
                name,
                digest,
                process.kind(),
                process.cpuMillis(),
                process.memoryBytes(),
                1,
                TIMEOUT,
                process.startupTimeout(),
                Optional.of(new Image(image, false)));
    }

    static VersionSpec version(int version, FunctionSpec... functions) {
        return new VersionSpec(version, false, false, 0, List.of(functions));
    }

    static VersionSpec rollover(int version, FunctionSpec... functions) {
        return new VersionSpec(version, true, false, version - 1, List.of(functions));
    }

    static VersionSpec recreate(int version, FunctionSpec... functions) {
        return new VersionSpec(version, false, true, 0, List.of(functions));
    }

    static Container ordered(String id, int version, String function, Instant at) {
        return on("node-1", id, version, function, at);
    }

    private static Container on(String node, String id, int version, String function, Instant at) {
        return Container.ordered(id, APP, version, function, new Allocation(node, 100, 1 << 20, 0, Set.of()), at);
    }

    static Container starting(String id, int version, String function) {
        return ordered(id, version, function, NOW).seen(new Seen.Starting(""));
    }

    static Container ready(String id, int version, String function) {
        return ready(id, version, function, "node-1");
    }

    static Container ready(String id, int version, String function, String node) {
        return on(node, id, version, function, NOW).seen(new Seen.Ready(new Address("host", 1), NOW));
    }

    /** @param shownAt 0 where routes do not show it yet */
    static Container draining(String id, int version, String function, long shownAt) {
        Container container = ready(id, version, function).drain(0, NOW.plus(TIMEOUT));
        return shownAt == 0 ? container : container.shown(shownAt);
    }

    static Container stopping(String id, int version, String function) {
        return ready(id, version, function).stop();
    }

    static Action drain(String container, int by) {
        return new Action.Drain(container, by, NOW.plus(TIMEOUT));
    }

    Scene newest(int version) {
        newest = version;
        return this;
    }

    Scene stopped(String by) {
        stopped = Optional.of(by);
        return this;
    }

    Scene live(int version) {
        live = version;
        return this;
    }

    Scene rolling(int version) {
        return rollout(version, new Step.Starting());
    }

    Scene cuttingOver(int version, long sequence) {
        return rollout(version, new Step.CuttingOver(NOW, OptionalLong.of(sequence)));
    }

    /** The rollout of this version is over: it is live where {@link #live} says so, else it failed. */
    Scene ended(int version) {
        return rollout(version, version == live ? new Step.Live(NOW, 1, NOW) : new Step.Failed("it did"));
    }

    private Scene rollout(int version, Step step) {
        begun = version;
        rollout = Optional.of(new Rollout(version, NOW, step, Receipt.EMPTY));
        return this;
    }

    Scene versions(VersionSpec... specs) {
        for (VersionSpec spec : specs) {
            versions.put(spec.version(), spec);
            spec.functions()
                    .forEach(function ->
                            wanted.put(new FunctionKey(spec.version(), function.name()), function.minContainers()));
        }
        return this;
    }

    /** It is known what the name of an image means for a version. */
    Scene pinned(int version, String name, String image) {
        pins = pins.with(version, name, image);
        return this;
    }

    Scene wanted(int version, String function, int count) {
        wanted.put(new FunctionKey(version, function), count);
        return this;
    }

    Scene containers(Container... all) {
        containers = List.of(all);
        return this;
    }

    Scene crashed(int version, String function, int times, Ending last, Instant retryAt) {
        crashes.put(new FunctionKey(version, function), new Crashes(times, last, retryAt));
        return this;
    }

    Scene unplaced(int version, String function, Instant since) {
        Placer.Request request = new Placer.Request(APP, function, 100, 1, 0, Optional.empty());
        unplaced.put(
                new FunctionKey(version, function),
                new AppState.Unplaced(new Placer.Result.Unplaceable(request, List.of(), 0), since));
        return this;
    }

    /** A node has what a function's containers need. */
    Scene fetched(int version, String function, String node) {
        fetched.add(new AppState.Fetched(new FunctionKey(version, function), node));
        return this;
    }

    static Container fetching(String id, int version, String function, String node, Instant at) {
        return Container.fetching(id, APP, version, function, node, at);
    }

    Scene lost(String node) {
        lost.add(node);
        return this;
    }

    /** All gateways have applied the routes up to this one. */
    Scene applied(long sequence) {
        return applied(sequence, NOW);
    }

    Scene applied(long sequence, Instant since) {
        applied = sequence;
        appliedSince = since;
        return this;
    }

    Scene drained(String container) {
        drained.add(container);
        return this;
    }

    RolloutReconciler.Decision decision() {
        AppState app = new AppState(
                APP,
                newest,
                stopped,
                live,
                begun,
                rollout,
                versions,
                pins,
                wanted,
                containers,
                crashes,
                unplaced,
                fetched);
        return RolloutReconciler.reconcile(
                app,
                new Handshake() {
                    @Override
                    public boolean applied(long sequence) {
                        return sequence <= applied;
                    }

                    @Override
                    public Optional<Instant> appliedSince(long sequence) {
                        return applied(sequence) ? Optional.of(appliedSince) : Optional.empty();
                    }

                    @Override
                    public boolean drained(String container, long shownAt) {
                        return drained.contains(container);
                    }
                },
                node -> lost.contains(node) ? NodeState.LOST : NodeState.READY,
                NOW);
    }

    List<Action> actions() {
        return decision().actions();
    }
}
