package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.VersionSpec;
import dev.berth.scheduler.rollout.AppState.FunctionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides, for one app, what to do now. It is called again after each of its decisions was applied, until it has none,
 * and then when something was observed or the time has come that it named.
 */
final class RolloutReconciler {
    /** After the deadline, gateways need a moment to cut what is left and to say so. */
    static final Duration DEADLINE_SLACK = Duration.ofSeconds(2);

    /** @param wakeAt when to look again though nothing happens; null for never */
    record Decision(List<Action> actions, Instant wakeAt) {}

    private final AppState app;
    private final Handshake handshake;
    private final Set<String> lostNodes;
    private final Instant now;
    private final List<Action> actions = new ArrayList<>();
    private Instant wakeAt;

    private RolloutReconciler(AppState app, Handshake handshake, Set<String> lostNodes, Instant now) {
        this.app = app;
        this.handshake = handshake;
        this.lostNodes = lostNodes;
        this.now = now;
    }

    static Decision reconcile(AppState app, Handshake handshake, Set<String> lostNodes, Instant now) {
        RolloutReconciler reconciler = new RolloutReconciler(app, handshake, lostNodes, now);
        reconciler.followTheRegistry();
        if (reconciler.actions.isEmpty()) {
            reconciler.advanceRollout();
            reconciler.keepLiveVersionRunning();
            reconciler.drainWhatIsNotWanted();
            reconciler.stopWhatIsDrained();
        }
        return new Decision(List.copyOf(reconciler.actions), reconciler.wakeAt);
    }

    private boolean underWay() {
        return app.rollout() != null && app.rollout().step().underWay();
    }

    private boolean starting() {
        return app.rollout() != null && app.rollout().step() == Rollout.Step.STARTING;
    }

    private void followTheRegistry() {
        if (app.stopped()) {
            if (starting()) {
                actions.add(new Action.Cancel("the app was stopped by " + app.stoppedBy()));
            } else if (app.live() != 0) {
                actions.add(new Action.TakeDown());
            }
        } else if (app.newest() > app.begun()) {
            if (starting()) {
                actions.add(new Action.Cancel("overtaken by v" + app.newest()));
            } else if (!underWay()) {
                actions.add(new Action.Begin(app.newest()));
            }
        }
    }

    private void advanceRollout() {
        if (!underWay()) {
            return;
        }
        if (app.rollout().step() == Rollout.Step.CUTTING_OVER) {
            if (handshake.applied(app.rollout().cutoverSequence())) {
                actions.add(new Action.GoLive());
            }
            return;
        }
        VersionSpec spec = app.versions().get(app.rollout().version());
        if (spec.recreate() && anyOlder(spec.version())) {
            drainOlder(spec.version());
            return;
        }
        boolean ready = true;
        for (FunctionSpec function : spec.functions()) {
            FunctionKey key = new FunctionKey(spec.version(), function.name());
            String failure = failure(key, function);
            if (!failure.isEmpty()) {
                actions.add(new Action.Fail(failure));
                return;
            }
            ready &= bringUp(spec, function);
        }
        if (ready) {
            actions.add(new Action.CutOver(spec.version()));
        }
    }

    private String failure(FunctionKey key, FunctionSpec function) {
        Crashes crashes = app.crashes().get(key);
        if (crashes != null && crashes.timedOut()) {
            return "function " + key.function() + ": " + crashes.reason();
        }
        if (crashes != null && crashes.count() >= Crashes.LIMIT) {
            return "function " + key.function() + " crashed " + crashes.count() + " times: " + crashes.reason();
        }
        AppState.Unplaced unplaced = app.unplaced().get(key);
        if (unplaced != null) {
            Instant last = unplaced.since().plus(function.startupTimeout());
            if (!now.isBefore(last)) {
                return "function " + key.function() + " found no place within its startup_timeout: "
                        + unplaced.reason();
            }
            wake(last);
        }
        return "";
    }

    /** Starts what is missing of a function; true where enough of it is ready. */
    private boolean bringUp(VersionSpec spec, FunctionSpec function) {
        int running = 0;
        int ready = 0;
        for (Container container : app.containers()) {
            if (container.version() == spec.version() && container.function().equals(function.name())
                    && container.running() && !lostNodes.contains(container.node())) {
                running++;
                ready += container.ready() ? 1 : 0;
            }
        }
        int missing = function.containers() - running;
        if (missing > 0 && !spec.fresh()) {
            for (Container container : app.containers()) {
                if (missing > 0 && canBeTakenBack(container, spec, function)) {
                    actions.add(new Action.TakeBack(container.id(), spec.version()));
                    missing--;
                }
            }
        }
        if (missing > 0 && mayStart(spec, function)) {
            for (int i = 0; i < missing; i++) {
                actions.add(new Action.Start(spec.version(), function.name()));
            }
        }
        return ready >= function.containers();
    }

    private boolean canBeTakenBack(Container container, VersionSpec spec, FunctionSpec function) {
        if (container.goal() != Goal.DRAIN || !container.ready() || container.version() == spec.version()
                || !container.function().equals(function.name())) {
            return false;
        }
        VersionSpec old = app.versions().get(container.version());
        return old != null && old.digest().equals(spec.digest());
    }

    private boolean mayStart(VersionSpec spec, FunctionSpec function) {
        Crashes crashes = app.crashes().get(new FunctionKey(spec.version(), function.name()));
        if (crashes == null || !now.isBefore(crashes.retryAt())) {
            return true;
        }
        wake(crashes.retryAt());
        return false;
    }

    private void keepLiveVersionRunning() {
        VersionSpec live = app.versions().get(app.live());
        if (app.live() == 0 || live == null) {
            return;
        }
        boolean makingWay = starting() && app.versions().get(app.rollout().version()).recreate();
        if (!makingWay) {
            live.functions().forEach(function -> bringUp(live, function));
        }
    }

    private boolean anyOlder(int version) {
        return app.containers().stream().anyMatch(container -> container.version() != version);
    }

    private void drainOlder(int version) {
        for (Container container : app.containers()) {
            if (container.version() != version && container.goal() == Goal.RUN) {
                drain(container, version);
            }
        }
    }

    private void drainWhatIsNotWanted() {
        Set<Integer> wanted = new HashSet<>();
        wanted.add(app.live());
        if (underWay()) {
            wanted.add(app.rollout().version());
        }
        for (Container container : app.containers()) {
            if (container.goal() == Goal.RUN && !wanted.contains(container.version())) {
                boolean byCutover = app.rollout() != null && app.rollout().version() == app.live();
                drain(container, byCutover ? app.live() : 0);
            }
        }
        drainWhatIsTooMuch();
    }

    /** A node that came back after its containers were replaced: the function has more than it should. */
    private void drainWhatIsTooMuch() {
        VersionSpec live = app.versions().get(app.live());
        if (live == null || underWay()) {
            return;
        }
        for (FunctionSpec function : live.functions()) {
            List<Container> ready = app.containers().stream().filter(container -> container.version() == app.live()
                    && container.function().equals(function.name()) && container.running() && container.ready())
                    .toList();
            List<Container> healthy = ready.stream().filter(container -> !lostNodes.contains(container.node()))
                    .toList();
            if (healthy.size() >= function.containers()) {
                ready.stream().filter(container -> lostNodes.contains(container.node()))
                        .forEach(container -> drain(container, 0));
                healthy.stream().skip(function.containers()).forEach(container -> drain(container, 0));
            }
        }
    }

    private void drain(Container container, int by) {
        if (container.ready()) {
            Duration timeout = app.versions().get(container.version()).function(container.function()).timeout();
            actions.add(new Action.Drain(container.id(), by, now.plus(timeout)));
        } else {
            // Never in the routes: nothing to wait for.
            actions.add(new Action.Stop(container.id()));
        }
    }

    private void stopWhatIsDrained() {
        for (Container container : app.containers()) {
            if (container.goal() == Goal.DRAIN) {
                Instant end = container.drainDeadline().plus(DEADLINE_SLACK);
                if (handshake.drained(container) || !now.isBefore(end)) {
                    actions.add(new Action.Stop(container.id()));
                } else {
                    wake(end);
                }
            }
        }
    }

    private void wake(Instant at) {
        if (wakeAt == null || at.isBefore(wakeAt)) {
            wakeAt = at;
        }
    }
}
