package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Ending;
import dev.berth.scheduler.fleet.FunctionKey;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.NodeState;
import dev.berth.scheduler.fleet.Seen;
import dev.berth.scheduler.fleet.VersionSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Decides, for one app, what to do now. It is called again after each of its decisions was applied, until it has none,
 * and after that whenever something was observed, and at the time that it named.
 */
public final class RolloutReconciler {
    /** After the deadline, gateways need a moment to cut what is left and to say so. */
    public static final Duration DEADLINE_SLACK = Duration.ofSeconds(2);
    /** An agent that is there confirms an order within a second or two, however slow the start of a container is. */
    public static final Duration CONFIRMED_WITHIN = Duration.ofSeconds(30);

    /** @param wakeAt when to look again though nothing happens; empty for never */
    public record Decision(List<Action> actions, Optional<Instant> wakeAt) {}

    private final AppState app;
    private final Handshake handshake;
    private final Function<String, NodeState> nodes;
    private final Instant now;
    private final List<Action> actions = new ArrayList<>();
    /** Containers that have a decision already: the first one counts. */
    private final Set<String> decided = new HashSet<>();

    private Optional<Instant> wakeAt = Optional.empty();

    private RolloutReconciler(AppState app, Handshake handshake, Function<String, NodeState> nodes, Instant now) {
        this.app = app;
        this.handshake = handshake;
        this.nodes = nodes;
        this.now = now;
    }

    /** @param nodes the state of a node, by its name */
    public static Decision reconcile(
            AppState app, Handshake handshake, Function<String, NodeState> nodes, Instant now) {
        RolloutReconciler reconciler = new RolloutReconciler(app, handshake, nodes, now);
        reconciler.followTheRegistry();
        if (reconciler.actions.isEmpty()) {
            reconciler.advanceRollout();
            reconciler.keepLiveVersionRunning();
            reconciler.drainWhatIsNotWanted();
            reconciler.endWhatNeedNotBeFetched();
            reconciler.stopWhatIsDrained();
        }
        return new Decision(List.copyOf(reconciler.actions), reconciler.wakeAt);
    }

    private Optional<Rollout> underWay() {
        return app.rollout().filter(rollout -> rollout.step().underWay());
    }

    /** The version that starts; empty while none does. */
    private Optional<VersionSpec> starting() {
        return app.rollout()
                .filter(rollout -> rollout.step() instanceof Step.Starting)
                .map(rollout -> app.versions().get(rollout.version()));
    }

    private void followTheRegistry() {
        if (app.stopped().isPresent()) {
            if (starting().isPresent()) {
                actions.add(new Action.Cancel(
                        "the app was stopped by " + app.stopped().get()));
            } else if (app.live() != 0) {
                actions.add(new Action.TakeDown());
            }
        } else if (app.newest() > app.begun()) {
            if (starting().isPresent()) {
                actions.add(new Action.Cancel("overtaken by v" + app.newest()));
            } else if (underWay().isEmpty()) {
                actions.add(new Action.Begin(app.newest()));
            }
        }
    }

    private void advanceRollout() {
        if (app.rollout().isEmpty()) {
            return;
        }
        switch (app.rollout().get().step()) {
            case Step.Starting starting ->
                advanceStart(app.versions().get(app.rollout().get().version()));
            case Step.CuttingOver cuttingOver -> {
                if (cuttingOver.sequence().isPresent()
                        && handshake.applied(cuttingOver.sequence().getAsLong())) {
                    actions.add(new Action.GoLive());
                }
            }
            case Step.Live over -> {}
            case Step.Superseded over -> {}
            case Step.Failed over -> {}
            case Step.Cancelled over -> {}
        }
    }

    private void advanceStart(VersionSpec spec) {
        for (FunctionSpec function : spec.functions()) {
            Optional<Failure> failure = failure(spec, function);
            if (failure.isPresent()) {
                actions.add(new Action.Fail(failure.get()));
                return;
            }
        }
        if (spec.recreate()) {
            List<AppState.Fetched> missing = toBeFetched(spec);
            if (!missing.isEmpty()) {
                missing.forEach(each -> fetch(spec, each));
                return;
            }
            drainOlder(spec.version());
            if (anyOlder(spec.version())) {
                return;
            }
        }
        boolean ready = true;
        for (FunctionSpec function : spec.functions()) {
            ready &= bringUp(spec, function);
        }
        if (ready) {
            actions.add(new Action.CutOver(spec.version()));
        }
    }

    /**
     * What is to be where the older containers serve, which the new ones most likely get, before those are ended. What
     * drains is no reason any more: it has begun.
     */
    private List<AppState.Fetched> toBeFetched(VersionSpec spec) {
        List<AppState.Fetched> missing = new ArrayList<>();
        for (FunctionSpec function : spec.functions()) {
            FunctionKey key = new FunctionKey(spec.version(), function.name());
            app.containers().stream()
                    .filter(container -> container.version() != spec.version()
                            && container.running()
                            && container.function().equals(function.name())
                            && !lost(container))
                    .map(container -> new AppState.Fetched(key, container.node()))
                    .distinct()
                    .filter(each -> !app.fetched().contains(each))
                    .forEach(missing::add);
        }
        return missing;
    }

    private void fetch(VersionSpec spec, AppState.Fetched wanted) {
        FunctionSpec function = spec.function(wanted.function().function());
        boolean underWay = app.containers().stream()
                .anyMatch(container -> is(container, spec.version(), function)
                        && container.fetching()
                        && container.node().equals(wanted.node()));
        if (!underWay && mayStart(spec, function)) {
            actions.add(new Action.Fetch(spec.version(), function.name(), wanted.node()));
        }
    }

    /** The rollout has ended, or goes on without. */
    private void endWhatNeedNotBeFetched() {
        List<AppState.Fetched> wanted =
                starting().filter(VersionSpec::recreate).map(this::toBeFetched).orElse(List.of());
        for (Container container : app.containers()) {
            AppState.Fetched fetching =
                    new AppState.Fetched(new FunctionKey(container.version(), container.function()), container.node());
            if (container.fetching() && !wanted.contains(fetching) && decided.add(container.id())) {
                actions.add(new Action.Stop(container.id()));
            }
        }
    }

    private Optional<Failure> failure(VersionSpec spec, FunctionSpec function) {
        FunctionKey key = new FunctionKey(spec.version(), function.name());
        Crashes crashes = app.crashes().get(key);
        if (crashes != null && crashes.last() instanceof Ending.TimedOut late) {
            return Optional.of(new Failure.NotReadyInTime(function.name(), late.reason()));
        }
        if (crashes != null && crashes.last() instanceof Ending.Hopeless hopeless) {
            return Optional.of(new Failure.Hopeless(function.name(), hopeless.reason()));
        }
        if (crashes != null && crashes.count() >= Crashes.LIMIT) {
            return Optional.of(new Failure.Crashed(
                    function.name(), crashes.count(), crashes.last().reason()));
        }
        AppState.Unplaced unplaced = app.unplaced().get(key);
        if (unplaced != null && isTime(unplaced.since().plus(function.startupTimeout()))) {
            return Optional.of(new Failure.NoPlace(function.name(), unplaced.why()));
        }
        for (Container container : app.containers()) {
            if (is(container, spec.version(), function)
                    && (container.running() || container.fetching())
                    && !lost(container)
                    && container.seen() instanceof Seen.Ordered
                    && isTime(container.orderedAt().plus(CONFIRMED_WITHIN))) {
                return Optional.of(new Failure.Unconfirmed(function.name(), container.id(), container.node()));
            }
        }
        return Optional.empty();
    }

    private static boolean is(Container container, int version, FunctionSpec function) {
        return container.version() == version && container.function().equals(function.name());
    }

    private boolean lost(Container container) {
        return nodes.apply(container.node()) == NodeState.LOST;
    }

    /** Starts what is missing of a function; true where enough of it is ready. */
    private boolean bringUp(VersionSpec spec, FunctionSpec function) {
        int running = 0;
        int ready = 0;
        for (Container container : app.containers()) {
            if (is(container, spec.version(), function) && container.running() && !lost(container)) {
                running++;
                ready += container.ready() ? 1 : 0;
            }
        }
        int wanted = app.wanted(spec.version(), function.name());
        int missing = wanted - running;
        for (Container container : app.containers()) {
            if (missing > 0 && canBeTakenBack(container, spec, function) && decided.add(container.id())) {
                actions.add(new Action.TakeBack(container.id(), spec.version()));
                missing--;
            }
        }
        if (missing > 0 && mayStart(spec, function)) {
            for (int i = 0; i < missing; i++) {
                actions.add(new Action.Start(spec.version(), function.name()));
            }
        }
        return ready >= wanted;
    }

    private boolean canBeTakenBack(Container container, VersionSpec spec, FunctionSpec function) {
        if (container.draining().isEmpty()
                || !container.ready()
                || lost(container)
                || !container.function().equals(function.name())) {
            return false;
        }
        if (container.version() == spec.version()) {
            return true;
        }
        VersionSpec old = app.versions().get(container.version());
        return !spec.fresh()
                && old != null
                && sameImage(container.version(), spec.version(), function)
                && old.find(function.name())
                        .filter(same -> same.digest().equals(function.digest()))
                        .isPresent();
    }

    /** One whose image is not known yet is not the same: its name may mean another one by now. */
    private boolean sameImage(int oldVersion, int newVersion, FunctionSpec function) {
        if (function.image().isEmpty()) {
            return true;
        }
        String name = function.image().get().name();
        Optional<String> image = app.pins().find(newVersion, name);
        return image.isPresent() && image.equals(app.pins().find(oldVersion, name));
    }

    private boolean mayStart(VersionSpec spec, FunctionSpec function) {
        Crashes crashes = app.crashes().get(new FunctionKey(spec.version(), function.name()));
        return crashes == null || isTime(crashes.retryAt());
    }

    private void keepLiveVersionRunning() {
        VersionSpec live = app.versions().get(app.live());
        boolean makingWay = starting()
                .filter(VersionSpec::recreate)
                .filter(spec -> toBeFetched(spec).isEmpty())
                .isPresent();
        if (live != null && !makingWay) {
            live.functions().forEach(function -> bringUp(live, function));
        }
    }

    /** Those of a lost node can't be told to end, and would hold up the new version for ever. */
    private boolean anyOlder(int version) {
        return app.containers().stream().anyMatch(container -> container.version() != version && !lost(container));
    }

    private void drainOlder(int version) {
        for (Container container : app.containers()) {
            if (container.version() != version && container.goal() instanceof Goal.Run) {
                drain(container, version);
            }
        }
    }

    private void drainWhatIsNotWanted() {
        Set<Integer> wanted = new HashSet<>();
        wanted.add(app.live());
        underWay().ifPresent(rollout -> wanted.add(rollout.version()));
        for (Container container : app.containers()) {
            if (container.goal() instanceof Goal.Run && !wanted.contains(container.version())) {
                boolean byCutover = app.rollout()
                        .filter(rollout -> rollout.version() == app.live())
                        .isPresent();
                drain(container, byCutover ? app.live() : 0);
            }
        }
        drainWhatIsTooMuch();
    }

    /** A node that came back after its containers were replaced: the function has more than it should. */
    private void drainWhatIsTooMuch() {
        VersionSpec live = app.versions().get(app.live());
        if (live == null || underWay().isPresent()) {
            return;
        }
        for (FunctionSpec function : live.functions()) {
            int wanted = app.wanted(live.version(), function.name());
            List<Container> ready = app.containers().stream()
                    .filter(container ->
                            is(container, live.version(), function) && container.running() && container.ready())
                    .toList();
            List<Container> healthy =
                    ready.stream().filter(container -> !lost(container)).toList();
            if (healthy.size() >= wanted) {
                ready.stream().filter(this::lost).forEach(container -> drain(container, 0));
                healthy.stream().skip(wanted).forEach(container -> drain(container, 0));
            }
        }
    }

    private void drain(Container container, int by) {
        if (!decided.add(container.id())) {
            return;
        }
        if (container.ready()) {
            actions.add(new Action.Drain(container.id(), by, now.plus(timeout(container))));
        } else {
            // Never in the routes: nothing to wait for.
            actions.add(new Action.Stop(container.id()));
        }
    }

    private void stopWhatIsDrained() {
        for (Container container : app.containers()) {
            if (container.goal() instanceof Goal.Drain drain
                    && drain.shownAt().isPresent()
                    && isOver(container, drain.shownAt().getAsLong())
                    && decided.add(container.id())) {
                actions.add(new Action.Stop(container.id()));
            }
        }
    }

    /** Nothing is in flight on it any more, or each gateway has known for as long as a request may take. */
    private boolean isOver(Container container, long shownAt) {
        return handshake.drained(container.id(), shownAt)
                || handshake
                        .appliedSince(shownAt)
                        .filter(since -> isTime(since.plus(timeout(container)).plus(DEADLINE_SLACK)))
                        .isPresent();
    }

    private Duration timeout(Container container) {
        return app.versions()
                .get(container.version())
                .function(container.function())
                .timeout();
    }

    /** True once this instant has come; until then it asks to be called again at it. */
    private boolean isTime(Instant at) {
        if (!now.isBefore(at)) {
            return true;
        }
        if (wakeAt.isEmpty() || at.isBefore(wakeAt.get())) {
            wakeAt = Optional.of(at);
        }
        return false;
    }
}
