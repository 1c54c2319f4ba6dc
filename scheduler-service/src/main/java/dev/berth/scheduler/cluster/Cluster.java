package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Driver;
import dev.berth.scheduler.fleet.Ending;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.GatewayReport;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.NodeCondition;
import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.Seen;
import dev.berth.scheduler.fleet.VersionSpec;
import dev.berth.scheduler.placement.CapacityIndex;
import dev.berth.scheduler.placement.NodeCapacity;
import dev.berth.scheduler.placement.Placer;
import dev.berth.scheduler.rollout.Action;
import dev.berth.scheduler.rollout.Rollout;
import dev.berth.scheduler.rollout.RolloutReconciler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The whole of what the leader knows. Observations go in at any time; {@link #turn} lets the reconciler decide for the
 * apps that they touched and gives what to commit and send. Not thread-safe: one loop owns it. When a commit fails it
 * is thrown away and loaded anew, so it never holds what PostgreSQL does not. Instants are of one clock that only goes
 * forward, at the pace of time.
 */
public final class Cluster {
    /** @param grace how long ready containers that the database does not know go on running */
    public record Patience(Duration gatewayLease, Duration nodeLostAfter, Duration grace) {}

    private static final int MOST_STEPS = 50;
    /** The life of an app that the database does not know. */
    private static final String UNKNOWN_LIFE = "";
    /** How long after a fault an app is decided for again. */
    private static final Duration ASIDE = Duration.ofSeconds(30);

    private final long epoch;
    private final Instant startedAt;
    private final Patience patience;
    private final Supplier<String> ids;
    private final Apps apps = new Apps();
    private final Map<String, AppId> owners = new HashMap<>();
    private final Nodes nodes;
    private final Quarantine quarantine = new Quarantine();
    private final CapacityIndex capacities = new CapacityIndex(quarantine::keptFor);
    private final Gateways gateways;
    private final Strangers strangers;
    private final KeptImages keptImages;
    private final WakeUps wakeUps = new WakeUps();
    private final Set<AppId> touched = new TreeSet<>();
    private final Set<String> changedNodes = new TreeSet<>();
    /** Apps that waited for what gateways report when they were last decided for. */
    private final Set<AppId> waiting = new TreeSet<>();
    /** Apps with a container that found no place when they were last decided for. */
    private final Set<AppId> unplaced = new TreeSet<>();
    /** Apps that could not be decided for, because of a fault. */
    private final Set<AppId> aside = new TreeSet<>();

    private final Map<AppName, List<Routes.Function>> published = new TreeMap<>();
    /** Apps whose published routes may be older than what was committed: they are published once more. */
    private final Set<AppName> unsure = new TreeSet<>();
    /** For a container that was told to stop, by its id: the sequence from which on no routes name it. */
    private final Map<String, Long> leftAt = new HashMap<>();

    private final Reasons reasons;
    private final ClusterView view = new ClusterView();
    private long sequence;
    private long highestEpoch;
    private long highestSequence;
    private Changeset changes = new Changeset();
    private boolean roomMade;
    /** Every app was decided for since this leader leads. */
    private boolean onceSettled;

    /**
     * @param sequence of the newest routes that were ever committed
     * @param keptVersions of how many of an app's newest versions nodes keep the images
     * @param ids unique names for containers
     */
    public Cluster(long epoch, long sequence, Patience patience, int keptVersions, Supplier<String> ids, Instant now) {
        this.epoch = epoch;
        this.sequence = sequence;
        this.patience = patience;
        this.ids = ids;
        startedAt = now;
        highestEpoch = epoch;
        nodes = new Nodes(patience.nodeLostAfter());
        gateways = new Gateways(patience.gatewayLease());
        reasons = new Reasons(this::container, this::waitedForAt);
        strangers = new Strangers(patience.grace());
        keptImages = new KeptImages(keptVersions);
    }

    public long epoch() {
        return epoch;
    }

    public long sequence() {
        return sequence;
    }

    /** What people see. */
    public ClusterView view() {
        return view;
    }

    /** The highest epoch that anybody has named. Above this leader's own: whoever named it obeys this leader no more. */
    public long highestEpoch() {
        return highestEpoch;
    }

    /** The highest sequence of routes that a gateway has applied. */
    public long highestSequence() {
        return highestSequence;
    }

    // What was stored.

    /** Puts a stored app back, with its specs, all of its rollouts that still matter, and all its containers. */
    public void restore(
            Turn.AppRow row,
            Collection<VersionSpec> specs,
            Collection<Rollout> rollouts,
            Collection<Container> containers,
            Instant now) {
        App app = apps.add(row.id());
        app.restore(row, specs, rollouts, containers);
        for (Container container : containers) {
            hold(container, now);
            changes.order(container.node());
        }
        touched.add(row.id());
    }

    /** Puts back what keeps one app's requests from another's containers. */
    public void restore(Collection<Vacated> vacated, Collection<String> knownGateways) {
        vacated.forEach(quarantine::add);
        knownGateways.forEach(gateways::restore);
    }

    /** Puts back what names of images mean, of apps that are back. */
    public void restorePins(Collection<Turn.PinRow> pins) {
        pins.stream()
                .collect(Collectors.groupingBy(Turn.PinRow::id))
                .forEach((id, rows) -> apps.find(id).ifPresent(app -> app.restore(Turn.PinRow.pins(rows))));
    }

    /**
     * All of it is back. The routes as they were committed: gateways that have them need not hear them again.
     *
     * @param settled as the last turn's: otherwise the routes that were committed may be others
     */
    public void restored(boolean settled) {
        for (AppName name : apps.names()) {
            if (apps.lives(name).stream().allMatch(app -> app.missing().isEmpty())) {
                published.put(name, routesOf(name));
                if (settled) {
                    apps.lives(name).forEach(this::noteWhatLeft);
                }
            }
            if (!settled) {
                unsure.add(name);
            }
        }
    }

    private void hold(Container container, Instant now) {
        owners.put(container.id(), container.app());
        nodes.get(container.node(), now).containers.add(container.id());
        capacities.reserve(container.on(), key(container), container.id());
        changedNodes.add(container.node());
    }

    private void letGo(Container container, Instant now) {
        owners.remove(container.id());
        nodes.get(container.node(), now).containers.remove(container.id());
        container.address().ifPresent(at -> vacate(container, at, now));
        capacities.release(container.on(), key(container), container.id());
        changedNodes.add(container.node());
        roomMade = true;
    }

    /** Keeps its address from other apps while a gateway may still send this app's requests there. */
    private void vacate(Container container, Address at, Instant now) {
        Long left = leftAt.remove(container.id());
        if (left == null || gateways.confirmedByAll(now) < left) {
            keep(new Vacated(
                    at,
                    container.node(),
                    container.app(),
                    left == null ? OptionalLong.empty() : OptionalLong.of(left)));
        }
    }

    /**
     * Publishes that an app of strangers has no routes, once its last container has left. Until then nothing is published
     * of it, so that gateways keep the routes that they have.
     */
    private void publishWhatStrangersLeft(Instant now) {
        strangers
                .takeLeft()
                .forEach(stranger -> keep(new Vacated(
                        stranger.at(),
                        stranger.node(),
                        new AppId(stranger.app().environment(), stranger.app().app(), UNKNOWN_LIFE),
                        OptionalLong.empty())));
        if (now.isBefore(startedAt.plus(patience.nodeLostAfter()))) {
            // Other containers of the app may not have been heard yet.
            return;
        }
        for (AppId app : quarantine.unpublished()) {
            if (app.life().equals(UNKNOWN_LIFE) && !strangers.of(app.name())) {
                if (!published.containsKey(app.name())) {
                    changes.routes(new Routes(app.name(), sequence + 1, sequence, List.of()));
                    sequence++;
                }
                quarantine.published(app, sequence).forEach(changes::vacated);
            }
        }
    }

    private void keep(Vacated vacated) {
        quarantine.add(vacated);
        changes.vacated(vacated);
    }

    private void freeWhatAllGatewaysKnow(Instant now) {
        if (!quarantine.isEmpty()) {
            for (Address at : quarantine.release(gateways.confirmedByAll(now))) {
                changes.free(at);
                roomMade = true;
            }
        }
    }

    /** The gateways because of which an address is still kept, in words. */
    private List<String> waitedForAt(Address at) {
        OptionalLong left = quarantine.leftAt(at);
        return left.isEmpty() ? List.of() : gateways.behind(left.getAsLong());
    }

    private static String key(Container container) {
        return Placer.Request.key(container.app().name(), container.function());
    }

    private Optional<Container> container(String id) {
        return Optional.ofNullable(owners.get(id)).map(owner -> apps.get(owner).container(id));
    }

    // What the registry says.

    /** A ticket for a question to the registry, to be shown with its answer: it says what was known when it was asked. */
    public long ask() {
        return apps.ask();
    }

    /**
     * What the registry says of an app. A word that was overtaken, and one about an earlier life, changes nothing.
     *
     * @param ticket from before the question
     */
    public void head(AppHead head, long ticket) {
        Apps.Heard heard = apps.hear(head, ticket);
        switch (heard) {
            case Apps.Heard.Nothing nothing -> {}
            case Apps.Heard.Changed changed -> touched.add(changed.app());
            case Apps.Heard.Reborn reborn -> {
                touched.add(reborn.before());
                touched.add(reborn.app());
            }
        }
    }

    /**
     * The registry has no app of this name any more.
     *
     * @param ticket from before the question
     */
    public void absent(AppName name, long ticket, Instant now) {
        apps.absent(name, ticket).ifPresent(app -> {
            app.absent(now);
            touched.add(app.id);
        });
    }

    public void version(AppId id, VersionSpec spec) {
        apps.find(id).ifPresent(app -> {
            app.version(spec);
            changes.version(id, spec);
            // While the spec was missing, orders for its containers went out without its digest.
            app.containers().stream()
                    .filter(container -> container.version() == spec.version())
                    .forEach(container -> changes.order(container.node()));
            touched.add(id);
        });
    }

    /** Versions whose specs have to be fetched before their app can be decided for. */
    public List<Turn.VersionKey> missing() {
        return apps.all().stream()
                .flatMap(app -> app.missing().stream().map(version -> new Turn.VersionKey(app.id, version)))
                .toList();
    }

    /** The version whose spec has to be fetched before the app's newest can begin; empty for none. */
    public OptionalInt lacks(AppId id) {
        return apps.find(id).map(App::lacks).orElse(OptionalInt.empty());
    }

    /** The names of every app that is known, for comparison with the registry's. */
    public Set<AppName> names() {
        return apps.names();
    }

    // What the bus says.

    /** The leader's own head came back. */
    public void heardHead(Instant now) {
        gateways.hearHead(now);
        touched.addAll(waiting);
    }

    /** The bus is away, or this leader stood still: what was said meanwhile may not have come. */
    public void deaf(Instant now) {
        gateways.deaf();
        nodes.excuse(now);
    }

    /** The bus may have lost everything: all orders go out again with the next turn. */
    public void repeatOrders() {
        nodes.all().forEach(node -> changes.order(node.name));
    }

    public void gateway(GatewayReport report, Instant now) {
        highestEpoch = Math.max(highestEpoch, report.epoch());
        highestSequence = Math.max(highestSequence, report.sequence());
        if (gateways.hear(report, now)) {
            touched.addAll(waiting);
        }
    }

    /** A gateway is given all routes, and may send requests by them before its first report comes. */
    public void gatewayReads(String gateway, String incarnation, Instant now) {
        gateways.read(gateway, incarnation, now);
    }

    public void node(NodeReport report, Instant now) {
        highestEpoch = Math.max(highestEpoch, report.epoch());
        Node node = nodes.get(report.node(), now);
        if (!node.isNews(report)) {
            return;
        }
        if (nodes.hear(node, report, now)) {
            capacities.has(
                    node.name,
                    report.host(),
                    report.drivers().stream().map(Driver::kind).collect(Collectors.toSet()),
                    report.cpuMillis(),
                    report.memoryBytes());
            capacities.closed(node.name, closed(report.conditions()));
            capacities.found(node.name);
            roomMade = true;
        }
        changedNodes.add(node.name);
        List<NodeReport.Observed> unknown = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (NodeReport.Observed container : report.containers()) {
            seen.add(container.id());
            AppId owner = owners.get(container.id());
            if (owner == null) {
                unknown.add(container);
            } else {
                observe(apps.get(owner), container, node.name, now);
            }
        }
        if (strangers.see(node.name, unknown, this::nothingElseServes, now)) {
            changes.order(node.name);
        }
        if (node.confirms(report, epoch)) {
            findMissing(node, seen, now);
            if (!unneededImages(node, now).equals(node.unneededImages())) {
                changes.order(node.name);
            }
        } else if (node.mayRepeat(now)) {
            changes.order(node.name);
        }
    }

    /** Why what takes nothing new; the first reason that was given for each. */
    private static Map<Driver.Kind, String> closed(List<NodeCondition> conditions) {
        Map<Driver.Kind, String> closed = new EnumMap<>(Driver.Kind.class);
        conditions.forEach(
                condition -> condition.closes().forEach(kind -> closed.putIfAbsent(kind, condition.reason())));
        return closed;
    }

    /** None while apps may be missing here: theirs would be among them. */
    private Set<Long> unneededImages(Node node, Instant now) {
        return mayBeIncomplete(now) || !onceSettled
                ? Set.of()
                : keptImages.unneeded(node.report().map(NodeReport::images).orElse(Set.of()));
    }

    private boolean nothingElseServes(AppName name) {
        return apps.current(name).filter(app -> app.live() != 0).isEmpty();
    }

    private void observe(App app, NodeReport.Observed seen, String node, Instant now) {
        Container before = app.container(seen.id());
        if (before.node().equals(node)) {
            if (seen.image()
                    .filter(image -> app.resolved(before, image, changes))
                    .isPresent()) {
                touched.add(app.id);
            }
            see(app, before, before.seen().next(seen.sighting(), now), now);
        }
    }

    private void see(App app, Container before, Seen after, Instant now) {
        if (app.observe(before, after, gateways::drain, now, changes)) {
            if (after instanceof Seen.Gone) {
                letGo(before, now);
            }
            touched.add(app.id);
        }
    }

    /** Containers that the agent was ordered to have and does not have: nobody knows how they ended. */
    private void findMissing(Node node, Set<String> seen, Instant now) {
        for (String id : List.copyOf(node.containers)) {
            if (!seen.contains(id)) {
                App app = apps.get(owners.get(id));
                see(
                        app,
                        app.container(id),
                        new Seen.Gone(new Ending.Stopped("the agent of " + node.name + " does not have it")),
                        now);
            }
        }
    }

    // What is decided.

    /**
     * Decides for apps that something touched since the last turn, or whose time has come.
     *
     * @param most of so many at most, so that what there is to commit stays bounded; the rest is the next turn's
     */
    public Turn turn(int most, Instant now) {
        gateways.look(now);
        loseSilentNodes(now);
        touched.addAll(wakeUps.take(now));
        freeWhatAllGatewaysKnow(now);
        int left = most;
        while (left > 0 && (!touched.isEmpty() || roomMade)) {
            if (roomMade) {
                roomMade = false;
                touched.addAll(unplaced);
            }
            for (Iterator<AppId> next = List.copyOf(touched).iterator(); next.hasNext() && left > 0; left--) {
                AppId id = next.next();
                touched.remove(id);
                apps.find(id).ifPresent(app -> settle(app, now));
            }
            freeWhatAllGatewaysKnow(now);
        }
        gateways.nextChange(now).ifPresent(at -> waiting.forEach(app -> wakeUps.notLater(app, at)));
        for (String node : strangers.release(this::nothingElseServes, now)) {
            changes.order(node);
            changedNodes.add(node);
        }
        publishWhatStrangersLeft(now);
        show();
        return close(now);
    }

    private Turn close(Instant now) {
        Optional<Instant> nextFree = quarantine.isEmpty() ? Optional.empty() : gateways.nextConfirmation(now);
        boolean settled = touched.isEmpty() && !roomMade;
        onceSettled |= settled;
        Optional<Instant> wakeAt = settled
                ? Stream.of(wakeUps.next(), nodes.nextLoss(), strangers.nextEnd(), nextFree)
                        .flatMap(Optional::stream)
                        .min(Instant::compareTo)
                : Optional.of(now);
        gateways.tellKnown(changes);
        Turn turn = changes.turn(name -> nodes.get(name, now).heard(), sequence, settled && aside.isEmpty(), wakeAt);
        turn.orders().forEach(name -> {
            Node node = nodes.get(name, now);
            node.ordered(unneededImages(node, now), now);
        });
        changes = new Changeset();
        return turn;
    }

    private void loseSilentNodes(Instant now) {
        for (Node lost : nodes.markLost(now)) {
            capacities.lost(lost.name, lost.heardAt());
            changedNodes.add(lost.name);
            lost.containers.forEach(id -> touched.add(owners.get(id)));
            // They still find no place, but the reason that is shown for it changes.
            touched.addAll(unplaced);
        }
    }

    private void settle(App app, Instant now) {
        Optional<Instant> retireAt = app.retireIfAbsentFor(patience.grace(), now);
        try {
            if (!app.missing().isEmpty()) {
                throw new IllegalStateException("the specs of versions " + app.missing() + " are not here yet");
            }
            Optional<Instant> wakeAt =
                    Stream.concat(decide(app, now).stream(), retireAt.stream()).min(Instant::compareTo);
            app.completeReceipts(changes);
            app.tellWhatServes(changes);
            app.settled();
            wakeUps.set(app.id, wakeAt);
            app.forgetOldVersions(changes);
            publish(app);
            aside.remove(app.id);
        } catch (RuntimeException fault) {
            app.setAside("nothing can be decided for it: " + fault.getMessage() + "; the scheduler's log has more");
            aside.add(app.id);
            changes.fault(app.id, fault);
            wakeUps.set(app.id, Optional.of(now.plus(ASIDE)));
        }
        keptImages.settled(app);
        index(waiting, app.id, app.waitsForGateways());
        index(unplaced, app.id, app.waitsForPlace());
        if (app.retired() && app.isEmpty()) {
            forget(app);
        } else if (apps.isCurrent(app.id)) {
            view.show(app.view(reasons, at -> gateways.waitedFor(at, now)));
        }
    }

    private void forget(App app) {
        keptImages.forgotten(app.id);
        changes.forgotten(app.id);
        wakeUps.set(app.id, Optional.empty());
        waiting.remove(app.id);
        unplaced.remove(app.id);
        aside.remove(app.id);
        if (apps.remove(app.id)) {
            view.hide(app.id.name());
            published.remove(app.id.name());
        }
    }

    private static void index(Set<AppId> index, AppId id, boolean in) {
        if (in) {
            index.add(id);
        } else {
            index.remove(id);
        }
    }

    /** Asks the reconciler and does what it says, until it has nothing to say; gives when to ask it again. */
    private Optional<Instant> decide(App app, Instant now) {
        for (int step = 0; step < MOST_STEPS; step++) {
            RolloutReconciler.Decision decision =
                    RolloutReconciler.reconcile(app.state(), gateways.at(now), nodes::state, now);
            boolean more = false;
            for (Action action : decision.actions()) {
                if (action instanceof Action.Start start) {
                    more |= start(app, start, now);
                } else if (action instanceof Action.Fetch fetch) {
                    fetch(app, fetch, now);
                    more = true;
                } else {
                    app.apply(action, reasons, gateways::drain, now, changes);
                    more = true;
                }
            }
            if (!more) {
                return decision.wakeAt();
            }
        }
        throw new IllegalStateException("the reconciler does not come to an end");
    }

    /** True where the state changed, so that there may be more to decide. */
    private boolean start(App app, Action.Start start, Instant now) {
        FunctionSpec function = app.version(start.version()).orElseThrow().function(start.function());
        return switch (Placer.place(Placer.Request.of(app.id, function), capacities)) {
            case Placer.Result.Placed placed -> {
                Container container =
                        Container.ordered(ids.get(), app.id, start.version(), start.function(), placed.on(), now);
                hold(container, now);
                app.placed(container, changes);
                yield true;
            }
            case Placer.Result.Unplaceable unplaceable -> app.unplaced(start, unplaceable, now);
        };
    }

    /** A node that can't run it has nothing to fetch: its containers go elsewhere. */
    private void fetch(App app, Action.Fetch fetch, Instant now) {
        FunctionSpec function = app.version(fetch.version()).orElseThrow().function(fetch.function());
        if (!capacities
                .node(fetch.node())
                .takes(Placer.Request.of(app.id, function).driver())) {
            app.fetched(fetch);
            return;
        }
        Container container =
                Container.fetching(ids.get(), app.id, fetch.version(), fetch.function(), fetch.node(), now);
        hold(container, now);
        app.fetching(container, changes);
    }

    /** The routes of a name: those of the app that has it now, and what still drains of the lives before. */
    private void publish(App app) {
        AppName name = app.id.name();
        List<Routes.Function> routes = routesOf(name);
        List<Routes.Function> before = published.put(name, routes);
        if (unsure.remove(name) || !routes.equals(before == null ? List.of() : before)) {
            changes.routes(new Routes(name, sequence + 1, sequence, routes));
            sequence++;
        }
        app.published(sequence, changes);
        apps.lives(name).forEach(this::noteWhatLeft);
    }

    /** No routes from {@link #sequence} on name what is told to stop or has ended. */
    private void noteWhatLeft(App app) {
        for (Container container : app.containers()) {
            if (container.goal() instanceof Goal.Stop && container.address().isPresent()) {
                leftAt.putIfAbsent(container.id(), sequence);
            }
        }
        quarantine.published(app.id, sequence).forEach(changes::vacated);
    }

    private List<Routes.Function> routesOf(AppName name) {
        return apps.lives(name).stream()
                .flatMap(life -> life.routes(reasons).stream())
                .toList();
    }

    private void show() {
        changedNodes.addAll(changes.nodes());
        changedNodes.forEach(name -> view.show(nodeView(name)));
        changedNodes.clear();
    }

    private NodeView nodeView(String name) {
        NodeCapacity capacity = capacities.node(name);
        Node node = nodes.get(name, startedAt);
        Optional<NodeView> before =
                view.node(name).filter(shown -> !changes.nodes().contains(name));
        return new NodeView(
                name,
                node.state(),
                capacity.cpuMillis(),
                capacity.memoryBytes(),
                capacity.cpuMillisFree(),
                capacity.memoryBytesFree(),
                node.heardAt(),
                node.report().map(NodeReport::conditions).orElse(List.of()).stream()
                        .map(NodeCondition::reason)
                        .toList(),
                node.report().map(NodeReport::drivers).orElse(List.of()),
                before.map(NodeView::containers).orElseGet(() -> containersOn(node)),
                before.map(NodeView::images).orElseGet(() -> imagesOn(node)),
                List.copyOf(strangers.of(name)));
    }

    private Map<String, String> imagesOn(Node node) {
        Map<String, String> images = new TreeMap<>();
        containersOn(node).forEach(container -> image(container).ifPresent(image -> images.put(container.id(), image)));
        return images;
    }

    private List<Container> containersOn(Node node) {
        return node.containers.stream()
                .map(id -> apps.get(owners.get(id)).container(id))
                .toList();
    }

    // What is sent.

    /**
     * Every app's routes as they are at {@link #sequence}. Apps that are gone are named too while an address of theirs is
     * kept: a gateway that keeps what is not named has to hear of them.
     */
    public List<Routes> allRoutes() {
        Map<AppName, List<Routes.Function>> all = new TreeMap<>(published);
        quarantine.published().stream()
                .map(AppId::name)
                .filter(app -> !strangers.of(app))
                .forEach(app -> all.putIfAbsent(app, List.of()));
        return all.entrySet().stream()
                .map(app -> new Routes(app.getKey(), sequence, sequence, app.getValue()))
                .toList();
    }

    /** True while {@link #allRoutes} may lack apps that run: gateways then keep the routes of apps that it does not name. */
    public boolean mayBeIncomplete(Instant now) {
        return !strangers.isEmpty() || now.isBefore(startedAt.plus(patience.nodeLostAfter()));
    }

    /** True where everything that there is was shown since this leader leads. */
    public boolean allShown(Instant now) {
        return onceSettled && !now.isBefore(startedAt.plus(patience.nodeLostAfter()));
    }

    /** The order for one node: its generation, and every container that it should have. */
    public Order order(String name, Instant now) {
        Node node = nodes.get(name, now);
        List<Container> containers = containersOn(node);
        String host = node.report().map(NodeReport::host).orElse("");
        Set<Integer> keptPorts = new TreeSet<>(quarantine.ports(host));
        Set<String> keptHosts = new TreeSet<>();
        // An agent that lost its containers does not know the addresses that they have.
        Stream.concat(
                        quarantine.leftOn(name).stream(),
                        containers.stream().flatMap(container -> container.address().stream()))
                .forEach(at -> {
                    if (at.host().equals(host)) {
                        keptPorts.add(at.port());
                    } else {
                        keptHosts.add(at.host());
                    }
                });
        return new Order(
                name,
                node.generation(),
                containers,
                keptPorts,
                keptHosts,
                node.unneededImages(),
                List.copyOf(strangers.of(name)));
    }

    /** Which image a container is made of, or is to be; empty while that is not known, and of a process. */
    public Optional<String> image(Container container) {
        return apps.find(container.app()).flatMap(app -> app.image(container));
    }

    /** The digest of the spec that a container runs by; empty where that spec is not here yet. */
    public String digest(Container container) {
        return apps.find(container.app())
                .flatMap(app -> app.version(container.version()))
                .flatMap(spec -> spec.find(container.function()))
                .map(FunctionSpec::digest)
                .orElse("");
    }
}
