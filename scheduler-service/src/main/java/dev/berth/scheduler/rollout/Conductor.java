package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.GatewayReport;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.Phase;
import dev.berth.scheduler.fleet.VersionSpec;
import dev.berth.scheduler.placement.Placer;
import dev.berth.scheduler.rollout.AppState.FunctionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * The whole of what the leader knows. Observations go in at any time; {@link #turn} lets the reconciler decide for the
 * apps that they touched and gives what to commit and send. Not thread-safe: one loop owns it. When a commit fails it
 * is thrown away and loaded anew, so it never holds what PostgreSQL does not.
 */
public final class Conductor {
    private static final int MOST_STEPS = 50;
    /** An order that the agent has not echoed for so long is sent again. */
    private static final Duration REPEAT = Duration.ofSeconds(1);

    private final Map<AppId, AppEntry> apps = new TreeMap<>();
    private final Map<String, AppId> owners = new HashMap<>();
    private final Nodes nodes;
    private final Gateways gateways;
    private final Supplier<String> ids;
    private final WakeUps wakeUps = new WakeUps();
    private final Set<AppId> touched = new TreeSet<>();
    /** Those that wait for what gateways say, and those that wait for a place; as of their last settling. */
    private final Set<AppId> waiting = new TreeSet<>();
    private final Set<AppId> unplaced = new TreeSet<>();
    private final long epoch;
    private long sequence;

    private Changes changes = new Changes();
    private boolean roomMade;
    private Instant clock = Instant.MIN;

    /**
     * @param sequence of the newest routes that were ever committed
     * @param ids unique names for containers
     */
    public Conductor(long epoch, long sequence, Duration gatewayLease, Duration nodeLostAfter, Supplier<String> ids) {
        this.epoch = epoch;
        this.sequence = sequence;
        this.ids = ids;
        nodes = new Nodes(nodeLostAfter);
        gateways = new Gateways(gatewayLease);
    }

    /** Puts a stored app back. All of its rollouts that still matter come with it, and all its containers. */
    public void restore(Turn.AppRow row, Collection<VersionSpec> versions, Collection<Rollout> rollouts,
            Collection<Container> containers, Instant now) {
        AppEntry app = entry(row.id());
        app.live = row.live();
        app.begun = row.begun();
        app.newest = row.begun();
        versions.forEach(version -> app.versions.put(version.version(), version));
        rollouts.forEach(rollout -> app.rollouts.put(rollout.version(), rollout));
        for (Container container : containers) {
            app.containers.put(container.id(), container);
            settleOn(app, container, now);
        }
        touched.add(row.id());
    }

    private void settleOn(AppEntry app, Container container, Instant now) {
        owners.put(container.id(), app.id);
        Nodes.Entry node = nodes.get(container.node(), now);
        node.room.take(request(app, container), container.id());
        node.containers.add(container.id());
        changes.order(container.node());
    }

    public long epoch() {
        return epoch;
    }

    /** What the registry says of an app; the spec of its newest version follows by {@link #version}. */
    public void head(AppId id, int newest, boolean stopped, String stoppedBy) {
        AppEntry app = entry(id);
        if (newest > app.newest || stopped != app.stopped) {
            app.newest = Math.max(app.newest, newest);
            app.stopped = stopped;
            app.stoppedBy = stoppedBy;
            touched.add(id);
        }
    }

    /** The registry has no such app any more. */
    public void absent(AppId id) {
        AppEntry app = apps.get(id);
        if (app == null) {
            return;
        }
        app.stopped = true;
        if (app.containers.isEmpty() && app.live == 0) {
            apps.remove(id);
            touched.remove(id);
            waiting.remove(id);
            unplaced.remove(id);
            wakeUps.set(id, null);
            changes.forgotten(id);
        } else {
            touched.add(id);
        }
    }

    public void version(AppId id, VersionSpec spec) {
        entry(id).versions.put(spec.version(), spec);
        touched.add(id);
    }

    /** True where the spec of this version has still to be fetched. */
    public boolean lacks(AppId id, int version) {
        AppEntry app = apps.get(id);
        return app == null || version > app.begun && !app.versions.containsKey(version);
    }

    /** Every app that is known, for comparison with the registry's. */
    public Set<AppId> apps() {
        return Set.copyOf(apps.keySet());
    }

    public void bus(boolean connected, Instant now) {
        gateways.listening(connected, now);
        if (connected) {
            touchWaiting();
        }
    }

    /** The bus may have lost everything: all orders and routes go out again with the next turn. */
    public void repeatAll() {
        nodes.all().keySet().forEach(changes::order);
    }

    public void gateway(GatewayReport report, Instant now) {
        if (gateways.hear(report, now)) {
            touchWaiting();
        }
    }

    /** It is given all routes, and may send requests by them before it is heard. */
    public void gatewayReads(String gateway, String incarnation, Instant now) {
        gateways.read(gateway, incarnation, now);
    }

    private void touchWaiting() {
        touched.addAll(waiting);
    }

    public void node(NodeReport report, Instant now) {
        Nodes.Entry node = nodes.get(report.node(), now);
        if (node.report != null && node.report.incarnation().equals(report.incarnation())
                && node.report.sequence() >= report.sequence()) {
            return;
        }
        if (node.report != null && !node.lost && report.incarnation().compareTo(node.report.incarnation()) < 0) {
            // Said before the agent was started anew, and overtaken.
            return;
        }
        boolean first = node.report == null || node.lost || node.report.cpuMillis() != report.cpuMillis()
                || node.report.memoryBytes() != report.memoryBytes();
        node.report = report;
        nodes.hear(node, now);
        if (first) {
            node.room.capacity(report.cpuMillis(), report.memoryBytes());
            roomMade = true;
        }
        Set<String> seen = new HashSet<>();
        for (NodeReport.Seen container : report.containers()) {
            seen.add(container.id());
            observe(container, report.node(), now);
        }
        boolean current = report.epoch() == epoch && report.generation() >= node.generation;
        if (current) {
            findMissing(node, seen, now);
        } else if (node.orderedAt.isBefore(now.minus(REPEAT))) {
            changes.order(report.node());
        }
    }

    private void observe(NodeReport.Seen seen, String node, Instant now) {
        AppId id = owners.get(seen.id());
        if (id == null) {
            return;
        }
        Container before = apps.get(id).containers.get(seen.id());
        if (!before.node().equals(node) || before.phase() == seen.phase() && before.reason().equals(seen.reason())
                && before.port() == seen.port()) {
            return;
        }
        if (before.ready() && seen.phase() == Phase.STARTING) {
            // An agent that has just restarted probes what it adopted; until it finds out, the container is as it was.
            return;
        }
        Container after = before.seen(seen.phase(), seen.reason(), seen.host(), seen.port(), now);
        if (seen.phase().gone()) {
            end(apps.get(id), after, seen.timedOut(), now);
        } else {
            put(apps.get(id), after);
        }
        touched.add(id);
    }

    /** Containers that the agent was ordered to have and does not have: nobody knows how they ended. */
    private void findMissing(Nodes.Entry node, Set<String> seen, Instant now) {
        for (String id : List.copyOf(node.containers)) {
            if (!seen.contains(id)) {
                AppEntry app = apps.get(owners.get(id));
                Container container = app.containers.get(id);
                end(app, container.seen(Phase.STOPPED, "the agent of " + container.node() + " does not have it",
                        container.host(), container.port(), now), false, now);
                touched.add(app.id);
            }
        }
    }

    private void end(AppEntry app, Container container, boolean timedOut, Instant now) {
        if (container.goal() == Goal.DRAIN) {
            fold(app, container, Receipt::ended);
        }
        if (container.goal() == Goal.RUN && container.phase() == Phase.FAILED) {
            app.crashes.compute(new FunctionKey(container.version(), container.function()), (key, before) -> Crashes
                    .next(before, container.reason(), container.readyAt(), timedOut, now));
        }
        app.containers.remove(container.id());
        owners.remove(container.id());
        Nodes.Entry node = nodes.get(container.node(), now);
        node.room.give(request(app, container), container.id());
        node.containers.remove(container.id());
        roomMade = true;
        changes.gone(container);
        changes.order(container.node());
    }

    private void put(AppEntry app, Container container) {
        app.containers.put(container.id(), container);
        changes.container(container);
    }

    /** Adds what the gateways counted on a drained container to the receipt of the cutover that drained it. */
    private void fold(AppEntry app, Container container, BiFunction<Receipt, GatewayReport.Drain, Receipt> fold) {
        Rollout rollout = app.rollouts.get(container.drainedBy());
        if (rollout != null) {
            put(app, rollout.with(fold.apply(rollout.receipt(), gateways.drain(container.id()))));
        }
    }

    private void put(AppEntry app, Rollout rollout) {
        app.rollouts.put(rollout.version(), rollout);
        changes.rollout(app.id, rollout);
    }

    private AppEntry entry(AppId id) {
        return apps.computeIfAbsent(id, AppEntry::new);
    }

    private static Placer.Request request(AppEntry app, Container container) {
        return request(app, container.version(), container.function());
    }

    private static Placer.Request request(AppEntry app, int version, String function) {
        FunctionSpec spec = app.versions.get(version).function(function);
        return new Placer.Request(app.id.environment() + "/" + app.id.app() + "/" + function, spec.cpuMillis(),
                spec.memoryBytes(), spec.port());
    }

    /** Decides for every app that something touched since the last turn, or whose time has come. */
    public Turn turn(Instant now) {
        clock = now;
        for (Nodes.Entry lost : nodes.markLost(now)) {
            lost.containers.forEach(id -> touched.add(owners.get(id)));
            // Not that they find a place now; but why they don't is another reason.
            touched.addAll(unplaced);
        }
        touched.addAll(wakeUps.take(now));
        Instant gatewayChange = gateways.nextChange(clock);
        List<Routes> routes = new ArrayList<>();
        while (!touched.isEmpty() || roomMade) {
            if (roomMade) {
                roomMade = false;
                touched.addAll(unplaced);
            }
            for (AppId id : List.copyOf(touched)) {
                touched.remove(id);
                settle(apps.get(id), now);
                publish(apps.get(id), routes);
            }
        }
        touchExpiring(gatewayChange);
        for (String name : changes.orders()) {
            Nodes.Entry node = nodes.get(name, now);
            node.generation++;
            node.orderedAt = now;
        }
        Turn turn = changes.turn(routes, sequence, nextWake());
        changes = new Changes();
        return turn;
    }

    private void touchExpiring(Instant gatewayChange) {
        if (gatewayChange == null) {
            return;
        }
        waiting.forEach(app -> wakeUps.notLater(app, gatewayChange));
    }

    private Instant nextWake() {
        Instant next = wakeUps.next();
        Instant loss = nodes.nextLoss();
        if (loss != null && (next == null || loss.isBefore(next))) {
            next = loss;
        }
        return next;
    }

    private void settle(AppEntry app, Instant now) {
        Instant wakeAt = null;
        boolean more = true;
        for (int step = 0; more; step++) {
            if (step == MOST_STEPS) {
                throw new IllegalStateException("the reconciler does not settle for " + app.state());
            }
            RolloutReconciler.Decision decision = RolloutReconciler.reconcile(app.state(), gateways.at(now),
                    nodes.lost(),
                    now);
            more = false;
            for (Action action : decision.actions()) {
                more |= apply(app, action, now);
            }
            wakeAt = decision.wakeAt();
        }
        completeReceipts(app);
        wakeUps.set(app.id, wakeAt);
        app.forgetOldVersions().forEach(version -> changes.unneeded(app.id, version));
        index(waiting, app.id, app.waitsForGateways());
        index(unplaced, app.id, !app.unplaced.isEmpty());
    }

    private static void index(Set<AppId> index, AppId id, boolean in) {
        if (in) {
            index.add(id);
        } else {
            index.remove(id);
        }
    }

    /** True where the state changed, so that there may be more to decide. */
    private boolean apply(AppEntry app, Action action, Instant now) {
        switch (action) {
            case Action.Begin begin -> begin(app, begin.version(), now);
            case Action.Start start -> {
                return start(app, start, now);
            }
            case Action.TakeBack takeBack -> takeBack(app, takeBack);
            case Action.CutOver cutOver -> cutOver(app, cutOver.version(), now);
            case Action.GoLive goLive -> put(app, app.latest().live(now));
            case Action.Fail fail -> put(app, app.latest().ended(Rollout.Step.FAILED, fail.reason()));
            case Action.Cancel cancel -> put(app, app.latest().ended(Rollout.Step.CANCELLED, cancel.reason()));
            case Action.TakeDown takeDown -> takeDown(app);
            case Action.Drain drain ->
                put(app, app.containers.get(drain.container()).drain(drain.by(), drain.deadline()));
            case Action.Stop stop -> {
                Container container = app.containers.get(stop.container());
                if (container.goal() == Goal.DRAIN) {
                    fold(app, container, Receipt::ended);
                }
                put(app, container.stop());
                changes.order(container.node());
            }
        }
        return true;
    }

    private void begin(AppEntry app, int version, Instant now) {
        for (int skipped = app.begun + 1; skipped < version; skipped++) {
            put(app, Rollout.skipped(skipped, "overtaken by v" + version + " before it began", now));
        }
        app.begun = version;
        put(app, Rollout.begun(version, now));
        changes.app(app);
    }

    private boolean start(AppEntry app, Action.Start start, Instant now) {
        FunctionKey key = new FunctionKey(start.version(), start.function());
        Placer.Request request = request(app, start.version(), start.function());
        return switch (Placer.place(request, nodes.rooms())) {
            case Placer.Result.Placed placed -> {
                Container container = Container.ordered(ids.get(), app.id, start.version(), start.function(),
                        placed.node(), now);
                settleOn(app, container, now);
                put(app, container);
                app.unplaced.remove(key);
                yield true;
            }
            case Placer.Result.Unplaceable unplaceable -> {
                AppState.Unplaced before = app.unplaced.get(key);
                app.unplaced.put(key, new AppState.Unplaced(unplaceable.words(request),
                        before == null ? now : before.since()));
                yield before == null;
            }
        };
    }

    private void takeBack(AppEntry app, Action.TakeBack takeBack) {
        Container container = app.containers.get(takeBack.container());
        fold(app, container, Receipt::takenBack);
        Container back = container.takenBackFor(takeBack.version());
        put(app, back);
        changes.order(container.node());
    }

    private void cutOver(AppEntry app, int version, Instant now) {
        Rollout before = app.rollouts.get(app.live);
        if (before != null) {
            put(app, before.ended(Rollout.Step.SUPERSEDED, "superseded by v" + version));
        }
        app.live = version;
        put(app, app.latest().cutOver(now));
        changes.app(app);
    }

    private void takeDown(AppEntry app) {
        Rollout live = app.rollouts.get(app.live);
        if (live != null) {
            put(app, live.ended(Rollout.Step.SUPERSEDED, "the app was stopped by " + app.stoppedBy));
        }
        app.live = 0;
        changes.app(app);
    }

    private void completeReceipts(AppEntry app) {
        for (Rollout rollout : List.copyOf(app.rollouts.values())) {
            boolean draining = app.containers.values().stream().anyMatch(container -> container.goal() == Goal.DRAIN
                    && container.drainedBy() == rollout.version());
            if (!rollout.receipt().complete() && !rollout.step().underWay() && !draining) {
                put(app, rollout.with(rollout.receipt().completed()));
            }
        }
    }

    private void publish(AppEntry app, List<Routes> out) {
        List<Routes.Function> routes = app.routes();
        if (!routes.equals(app.published)) {
            app.published = routes;
            out.add(new Routes(app.id, sequence + 1, sequence, routes));
            sequence++;
        }
        for (Container container : List.copyOf(app.containers.values())) {
            if (container.goal() == Goal.DRAIN && container.drainSequence() == 0) {
                put(app, container.drainedAt(sequence));
            }
        }
        Rollout latest = app.latest();
        if (latest != null && latest.step() == Rollout.Step.CUTTING_OVER && latest.cutoverSequence() == 0) {
            put(app, latest.publishedAt(sequence));
        }
    }

    /** Every app's routes as they are at {@link #sequence}. */
    public List<Routes> allRoutes() {
        return apps.values().stream().filter(app -> !app.published.isEmpty())
                .map(app -> new Routes(app.id, sequence, sequence, app.published)).toList();
    }

    public long sequence() {
        return sequence;
    }

    /** The order for one node: its generation, and every container that it should have. */
    public Order order(String node) {
        Nodes.Entry entry = nodes.get(node, clock);
        List<Container> containers = entry.containers.stream()
                .map(id -> apps.get(owners.get(id)).containers.get(id)).toList();
        return new Order(node, entry.generation, containers);
    }

    /** Everything that should exist on one node. */
    public record Order(String node, long generation, List<Container> containers) {}

    /** What people ask for; read by the api between turns. */
    public Overview overview() {
        return new Overview(apps, nodes, clock);
    }
}
