package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Ending;
import dev.berth.scheduler.fleet.FunctionKey;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.GatewayReport;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.Image;
import dev.berth.scheduler.fleet.Pins;
import dev.berth.scheduler.fleet.Seen;
import dev.berth.scheduler.fleet.VersionSpec;
import dev.berth.scheduler.placement.Placer;
import dev.berth.scheduler.rollout.Action;
import dev.berth.scheduler.rollout.AppState;
import dev.berth.scheduler.rollout.Crashes;
import dev.berth.scheduler.rollout.Receipt;
import dev.berth.scheduler.rollout.Rollout;
import dev.berth.scheduler.rollout.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;

/** One life of an app: what is wanted of it, what runs of it, and what a decision changes of both. */
final class App {
    /** What the gateways counted on a draining container, by its id. */
    interface Counted extends Function<String, GatewayReport.Drain> {}

    final AppId id;
    private boolean retired;
    private int newest;
    private Optional<String> stopped = Optional.empty();
    private Optional<Instant> absentSince = Optional.empty();
    private int live;
    private int begun;
    private final TreeMap<Integer, Rollout> rollouts = new TreeMap<>();
    private final Map<Integer, VersionSpec> versions = new HashMap<>();
    private Pins pins = Pins.NONE;
    private final Map<FunctionKey, Integer> wanted = new HashMap<>();
    private final Map<String, Container> containers = new LinkedHashMap<>();
    private final Map<FunctionKey, Crashes> crashes = new LinkedHashMap<>();
    private final Map<FunctionKey, AppState.Unplaced> unplaced = new LinkedHashMap<>();
    /** Not stored: a new leader has it fetched again, which costs little where it is there. */
    private final Set<AppState.Fetched> fetched = new HashSet<>();

    private Optional<String> setAside = Optional.empty();
    /** The version that the registry was last told serves. */
    private OptionalInt told = OptionalInt.empty();

    App(AppId id) {
        this.id = id;
    }

    void restore(
            Turn.AppRow row, Collection<VersionSpec> specs, Collection<Rollout> stored, Collection<Container> running) {
        live = row.live();
        begun = row.begun();
        newest = row.begun();
        specs.forEach(this::version);
        stored.forEach(rollout -> rollouts.put(rollout.version(), rollout));
        running.forEach(container -> containers.put(container.id(), container));
    }

    void restore(Pins stored) {
        pins = stored;
    }

    /** True where this changed anything. */
    boolean head(int newestVersion, Optional<String> stoppedBy) {
        boolean back = absentSince.isPresent();
        absentSince = Optional.empty();
        if (!back && newestVersion <= newest && stoppedBy.equals(stopped)) {
            return false;
        }
        newest = Math.max(newest, newestVersion);
        stopped = stoppedBy;
        return true;
    }

    /**
     * The registry does not know it. One that was stopped was collected. Of any other the registry should know: it may be
     * its database that is wrong, so for a while what serves goes on.
     */
    void absent(Instant now) {
        if (stopped.isPresent() || isEmpty()) {
            retire();
        } else if (absentSince.isEmpty()) {
            absentSince = Optional.of(now);
        }
    }

    /** Retires it where the registry has not known it for so long; gives when else to look again. */
    Optional<Instant> retireIfAbsentFor(Duration grace, Instant now) {
        Optional<Instant> end = absentSince.filter(since -> !retired).map(since -> since.plus(grace));
        if (end.isPresent() && !now.isBefore(end.get())) {
            retire();
            return Optional.empty();
        }
        return end;
    }

    /** The app was collected: what still runs of it ends. */
    void retire() {
        retired = true;
        stopped = stopped.or(() -> Optional.of("its collection"));
    }

    boolean retired() {
        return retired;
    }

    void version(VersionSpec spec) {
        versions.put(spec.version(), spec);
        spec.functions()
                .forEach(function -> wanted.put(
                        new FunctionKey(spec.version(), function.name()), Math.max(1, function.minContainers())));
    }

    /** Versions whose specs have to be here before anything can be decided, and are not. */
    Set<Integer> missing() {
        Set<Integer> missing = new TreeSet<>();
        containers.values().forEach(container -> missing.add(container.version()));
        missing.add(live);
        latest().filter(rollout -> rollout.step().underWay()).ifPresent(rollout -> missing.add(rollout.version()));
        missing.remove(0);
        missing.removeAll(versions.keySet());
        return missing;
    }

    /** The version whose spec has to be fetched before the newest one can begin; empty for none. */
    OptionalInt lacks() {
        return newest > begun ? lineage().lacks(newest) : OptionalInt.empty();
    }

    private Lineage lineage() {
        return new Lineage(versions, pins);
    }

    boolean isEmpty() {
        return containers.isEmpty() && live == 0;
    }

    int live() {
        return live;
    }

    int begun() {
        return begun;
    }

    Collection<Container> containers() {
        return containers.values();
    }

    Container container(String container) {
        return containers.get(container);
    }

    Optional<Rollout> latest() {
        return Optional.ofNullable(rollouts.get(begun));
    }

    Collection<Rollout> rollouts() {
        return rollouts.values();
    }

    Optional<VersionSpec> version(int number) {
        return Optional.ofNullable(versions.get(number));
    }

    AppState state() {
        return new AppState(
                id,
                lacks().isEmpty() ? newest : begun,
                stopped,
                live,
                begun,
                latest(),
                versions,
                pins,
                wanted,
                List.copyOf(containers.values()),
                crashes,
                unplaced,
                fetched);
    }

    /** True while something here waits for what gateways say. */
    boolean waitsForGateways() {
        return latest().filter(rollout -> rollout.step() instanceof Step.CuttingOver)
                        .isPresent()
                || containers.values().stream()
                        .anyMatch(container -> container.draining().isPresent());
    }

    boolean waitsForPlace() {
        return !unplaced.isEmpty();
    }

    void setAside(String why) {
        setAside = Optional.of(why);
    }

    void settled() {
        setAside = Optional.empty();
    }

    /** Everything that the reconciler can decide, but for a start, which needs a place. */
    void apply(Action action, Reasons reasons, Counted counted, Instant now, Changeset changes) {
        switch (action) {
            case Action.Begin begin -> begin(begin.version(), now, changes);
            case Action.Start start -> throw new IllegalArgumentException("a start needs a place: " + start);
            case Action.Fetch fetch -> throw new IllegalArgumentException("it needs a node that can: " + fetch);
            case Action.TakeBack takeBack -> {
                Container container = containers.get(takeBack.container());
                fold(container, Receipt::takenBack, counted, changes);
                put(container.takenBackFor(takeBack.version()), changes);
                changes.order(container.node());
            }
            case Action.CutOver cutOver -> cutOver(cutOver.version(), now, changes);
            case Action.GoLive goLive -> put(latest().orElseThrow().live(now), changes);
            case Action.Fail fail -> giveUp(latest().orElseThrow().failed(reasons.of(fail.why())), changes);
            case Action.Cancel cancel -> giveUp(latest().orElseThrow().cancelled(cancel.reason()), changes);
            case Action.TakeDown takeDown -> takeDown(changes);
            case Action.Drain drain ->
                put(containers.get(drain.container()).drain(drain.by(), drain.deadline()), changes);
            case Action.Stop stop -> {
                Container container = containers.get(stop.container());
                fold(container, Receipt::ended, counted, changes);
                put(container.stop(), changes);
                changes.order(container.node());
            }
        }
    }

    /** Nothing of it waits for a place any more. */
    private void giveUp(Rollout ended, Changeset changes) {
        put(ended, changes);
        unplaced.keySet().removeIf(key -> key.version() == ended.version());
    }

    private void begin(int version, Instant now, Changeset changes) {
        for (int skipped = begun + 1; skipped < version; skipped++) {
            put(Rollout.skipped(skipped, "overtaken by v" + version + " before it began", now), changes);
        }
        begun = version;
        fetched.clear();
        VersionSpec spec = versions.get(version);
        for (String name : spec.images()) {
            lineage().image(spec, name).ifPresent(image -> pin(version, name, image, changes));
        }
        put(Rollout.begun(version, now), changes);
        changes.app(row());
    }

    private void pin(int version, String name, String image, Changeset changes) {
        pins = pins.with(version, name, image);
        changes.pin(id, version, name, image);
    }

    /**
     * An agent says which image a container is made of, or is to be: the first word about a version's image is the one that
     * counts. One about a container that is to end counts for nothing: a version that repeats its version may have begun,
     * and found out something else. True where it counts.
     */
    boolean resolved(Container container, String image, Changeset changes) {
        Optional<String> name = imageName(container);
        if (name.isEmpty()
                || !container.running() && !container.fetching()
                || pins.find(container.version(), name.get()).isPresent()) {
            return false;
        }
        pin(container.version(), name.get(), image, changes);
        containers.values().stream()
                .filter(other -> other.version() == container.version()
                        && imageName(other).equals(name))
                .forEach(other -> {
                    changes.order(other.node());
                    changes.shows(other.node());
                });
        return true;
    }

    private Optional<String> imageName(Container container) {
        return version(container.version())
                .flatMap(spec -> spec.find(container.function()))
                .flatMap(FunctionSpec::image)
                .map(Image::name);
    }

    /** Which image a container is made of, or is to be; empty while that is not known, and of a process. */
    Optional<String> image(Container container) {
        return imageName(container).flatMap(name -> pins.find(container.version(), name));
    }

    /**
     * The images of what may run again: of the newest versions, of the one that serves, of what runs, and of what the next
     * one repeats.
     *
     * @param versions how many of the newest that have images
     */
    Set<String> keptImages(int versions) {
        Set<Integer> needed = new TreeSet<>(newest > begun ? lineage().of(newest) : List.of());
        needed.add(live);
        containers.values().forEach(container -> needed.add(container.version()));
        Set<String> kept = retired ? new HashSet<>() : new HashSet<>(pins.newest(versions));
        needed.forEach(version -> kept.addAll(pins.of(version).values()));
        return kept;
    }

    private void cutOver(int version, Instant now, Changeset changes) {
        Rollout before = rollouts.get(live);
        if (before != null) {
            put(before.superseded("superseded by v" + version), changes);
        }
        live = version;
        put(latest().orElseThrow().cutOver(now), changes);
        changes.app(row());
    }

    private void takeDown(Changeset changes) {
        Rollout before = rollouts.get(live);
        if (before != null) {
            put(before.superseded("the app was stopped by " + stopped.orElse("nobody known")), changes);
        }
        live = 0;
        changes.app(row());
    }

    Turn.AppRow row() {
        return new Turn.AppRow(id, live, begun);
    }

    /** A start found its place. */
    void placed(Container container, Changeset changes) {
        put(container, changes);
        unplaced.remove(new FunctionKey(container.version(), container.function()));
        changes.order(container.node());
    }

    /** A node has, or will never have, what a function's containers need. */
    void fetched(Action.Fetch fetch) {
        fetched.add(new AppState.Fetched(new FunctionKey(fetch.version(), fetch.function()), fetch.node()));
    }

    /** A node is to have what a function's containers need. */
    void fetching(Container container, Changeset changes) {
        put(container, changes);
        changes.order(container.node());
    }

    /** A start found none; true where that is news. */
    boolean unplaced(Action.Start start, Placer.Result.Unplaceable why, Instant now) {
        FunctionKey key = new FunctionKey(start.version(), start.function());
        AppState.Unplaced before = unplaced.get(key);
        unplaced.put(key, new AppState.Unplaced(why, before == null ? now : before.since()));
        return before == null;
    }

    /** What its agent says of a container; true where that changed anything. It is taken out where it has ended. */
    boolean observe(Container before, Seen after, Counted counted, Instant now, Changeset changes) {
        if (before.seen().equals(after)) {
            return false;
        }
        if (after instanceof Seen.Gone gone) {
            end(before, gone.ending(), counted, now, changes);
        } else {
            put(before.seen(after), changes);
        }
        return true;
    }

    private void end(Container container, Ending ending, Counted counted, Instant now, Changeset changes) {
        fold(container, Receipt::ended, counted, changes);
        boolean crashed =
                switch (ending) {
                    case Ending.Stopped asTold -> false;
                    case Ending.Crashed byItself -> true;
                    case Ending.TimedOut late -> true;
                    case Ending.Hopeless refused -> true;
                };
        if (container.fetching() && ending instanceof Ending.Stopped) {
            fetched.add(
                    new AppState.Fetched(new FunctionKey(container.version(), container.function()), container.node()));
        }
        if (crashed
                && !(container.goal() instanceof Goal.Stop)
                && container.draining().isEmpty()) {
            crashes.compute(
                    new FunctionKey(container.version(), container.function()),
                    (key, before) -> Crashes.next(before, container, ending, now));
        }
        containers.remove(container.id());
        changes.gone(container);
        changes.order(container.node());
    }

    /** Adds what the gateways counted on a drained container to the receipt of the cutover that drained it. */
    private void fold(
            Container container,
            BiFunction<Receipt, GatewayReport.Drain, Receipt> how,
            Counted counted,
            Changeset changes) {
        container
                .draining()
                .map(drain -> rollouts.get(drain.by()))
                .ifPresent(rollout ->
                        put(rollout.with(how.apply(rollout.receipt(), counted.apply(container.id()))), changes));
    }

    /** Draining containers and a cutover learn which routes show them. */
    void published(long sequence, Changeset changes) {
        for (Container container : List.copyOf(containers.values())) {
            if (container.draining().filter(drain -> drain.shownAt().isEmpty()).isPresent()) {
                put(container.shown(sequence), changes);
            }
        }
        latest().ifPresent(rollout -> {
            Rollout published = rollout.published(sequence);
            if (published != rollout) {
                put(published, changes);
            }
        });
    }

    /** The registry hears what serves when every gateway has it, and when nothing does any more. */
    void tellWhatServes(Changeset changes) {
        boolean isLive = Optional.ofNullable(rollouts.get(live))
                .filter(one -> one.step() instanceof Step.Live)
                .isPresent();
        if ((isLive || live == 0 && stopped.isPresent()) && !told.equals(OptionalInt.of(live))) {
            told = OptionalInt.of(live);
            changes.serves(id, live);
        }
    }

    void completeReceipts(Changeset changes) {
        for (Rollout rollout : List.copyOf(rollouts.values())) {
            boolean draining = containers.values().stream()
                    .flatMap(container -> container.draining().stream())
                    .anyMatch(drain -> drain.by() == rollout.version());
            if (!rollout.receipt().complete() && !rollout.step().underWay() && !draining) {
                put(rollout.with(rollout.receipt().completed()), changes);
            }
        }
    }

    private void put(Container container, Changeset changes) {
        containers.put(container.id(), container);
        changes.container(container);
    }

    private void put(Rollout rollout, Changeset changes) {
        rollouts.put(rollout.version(), rollout);
        changes.rollout(id, rollout);
    }

    /** Forgets specs that nothing refers to any more. */
    void forgetOldVersions(Changeset changes) {
        List<Integer> newestRepeats = newest > begun ? lineage().of(newest) : List.of(newest);
        List<Integer> unneeded = versions.keySet().stream()
                .filter(version -> version != live
                        && version != begun
                        && !newestRepeats.contains(version)
                        && containers.values().stream().noneMatch(container -> container.version() == version))
                .toList();
        unneeded.forEach(version -> changes.unneeded(id, version));
        versions.keySet().removeAll(unneeded);
        wanted.keySet().removeIf(key -> !versions.containsKey(key.version()));
        crashes.keySet().removeIf(key -> !versions.containsKey(key.version()));
        unplaced.keySet().removeIf(key -> !versions.containsKey(key.version()));
        rollouts.values()
                .removeIf(rollout -> rollout.version() != begun
                        && rollout.version() != live
                        && rollout.receipt().complete());
    }

    List<Routes.Function> routes(Reasons reasons) {
        List<Routes.Function> functions = new ArrayList<>();
        version(live)
                .ifPresent(spec ->
                        spec.functions().forEach(function -> functions.add(route(spec, function, true, reasons))));
        latest().filter(rollout -> rollout.step() instanceof Step.Starting)
                .flatMap(rollout -> version(rollout.version()))
                .ifPresent(spec ->
                        spec.functions().forEach(function -> functions.add(route(spec, function, false, reasons))));
        // What still drains of other versions stays known, so that gateways go on counting it.
        for (Container container : containers.values()) {
            boolean shown = functions.stream().anyMatch(function -> function.version() == container.version());
            if (!shown && container.draining().isPresent() && container.ready()) {
                VersionSpec old = versions.get(container.version());
                old.functions().forEach(function -> functions.add(route(old, function, false, reasons)));
            }
        }
        return functions;
    }

    private Routes.Function route(VersionSpec spec, FunctionSpec function, boolean asLive, Reasons reasons) {
        List<Routes.Serving> serving = new ArrayList<>();
        for (Container container : containers.values()) {
            if (container.version() == spec.version()
                    && container.function().equals(function.name())
                    && container.seen() instanceof Seen.Ready ready
                    && !(container.goal() instanceof Goal.Stop)) {
                serving.add(new Routes.Serving(
                        container.id(), ready.at(), container.draining().map(drain -> function.timeout())));
            }
        }
        // An app that is no more answers under no label: another app may own them by now.
        List<String> labels = retired ? List.of() : function.kind().labels();
        return new Routes.Function(
                function.name(),
                spec.version(),
                asLive && !retired,
                labels,
                function.timeout().toMillis(),
                List.copyOf(serving),
                serving.isEmpty() ? String.join("; ", reasons(reasons)) : "",
                function.kind().http2());
    }

    /** Why something of this app is not as it should be, in words. */
    List<String> reasons(Reasons words) {
        List<String> reasons = new ArrayList<>();
        setAside.ifPresent(reasons::add);
        if (absentSince.isPresent() && !retired) {
            reasons.add("the registry does not know this app since " + absentSince.get()
                    + ": its database was restored, or is the wrong one; mend it, or the app is taken down");
        }
        unplaced.forEach((key, why) -> reasons.add(
                "function " + key.function() + " of v" + key.version() + " waits for a place: " + words.of(why.why())));
        crashes.forEach((key, why) -> {
            if (isShort(key)) {
                reasons.add("function " + key.function() + " of v" + key.version() + failing(why) + why.retryAt() + ": "
                        + why.last().reason());
            }
        });
        if (stopped.isEmpty() && latest().isPresent() && latest().get().step() instanceof Step.Failed failed) {
            reasons.add("the rollout of v" + begun + " failed: " + failed.reason());
        }
        return reasons;
    }

    private static String failing(Crashes why) {
        return why.last() instanceof Ending.Hopeless
                ? " can't start, trying again at "
                : " crashed " + (why.count() == 1 ? "once" : why.count() + " times in a row") + ", starting again at ";
    }

    private boolean isShort(FunctionKey key) {
        boolean isWanted = key.version() == live
                || latest().filter(rollout -> rollout.step().underWay()).isPresent() && key.version() == begun;
        return isWanted
                && containers.values().stream()
                                .filter(container -> container.version() == key.version()
                                        && container.function().equals(key.function())
                                        && container.running()
                                        && container.ready())
                                .count()
                        < wanted.getOrDefault(key, 0);
    }

    /** One line on what the rollout under way does now. */
    String progress(Reasons words, Function<Long, List<String>> waitedFor) {
        Optional<Step> step = latest().map(Rollout::step);
        if (step.isPresent() && step.get() instanceof Step.CuttingOver cuttingOver) {
            List<String> waits = waitedFor.apply(cuttingOver.sequence().orElse(Long.MAX_VALUE));
            return "gateways switch to v" + begun + (waits.isEmpty() ? "" : " (" + String.join("; ", waits) + ")");
        }
        if (step.isPresent() && step.get() instanceof Step.Starting) {
            return startProgress(words);
        }
        long draining = containers.values().stream()
                .filter(container -> container.draining().isPresent())
                .count();
        return draining == 0 ? "" : draining + " outdated containers drain";
    }

    private String startProgress(Reasons words) {
        VersionSpec spec = versions.get(begun);
        if (spec.recreate() && containers.values().stream().anyMatch(container -> container.version() != begun)) {
            return "containers of the older version end first";
        }
        long ready = containers.values().stream()
                .filter(container -> container.version() == begun && container.running() && container.ready())
                .count();
        int all = spec.functions().stream()
                .mapToInt(function -> wanted.getOrDefault(new FunctionKey(begun, function.name()), 0))
                .sum();
        List<String> waits = new ArrayList<>(reasons(words));
        containers.values().stream()
                .filter(container -> container.version() == begun && container.running())
                .forEach(container -> waitsOf(container).ifPresent(waits::add));
        return ready + " of " + all + " containers of v" + begun + " ready"
                + (waits.isEmpty() ? "" : " (" + String.join("; ", waits) + ")");
    }

    /** Why a container that should be ready is not; empty where it is. */
    private static Optional<String> waitsOf(Container container) {
        return switch (container.seen()) {
            case Seen.Ordered ordered ->
                Optional.of("waits for the agent of " + container.node() + " to start " + container.id());
            case Seen.Starting starting ->
                Optional.of(container.id() + " starts" + (starting.reason().isEmpty() ? "" : ": " + starting.reason()));
            case Seen.Ready ready -> Optional.empty();
            case Seen.Stopping stopping -> Optional.empty();
            case Seen.Gone gone -> Optional.empty();
        };
    }

    AppView view(Reasons words, Function<Long, List<String>> waitedFor) {
        boolean rolling = latest().filter(rollout -> rollout.step().underWay()).isPresent();
        return new AppView(
                id,
                live,
                rolling ? begun : 0,
                reasons(words),
                Map.copyOf(rollouts),
                begun,
                progress(words, waitedFor),
                List.copyOf(containers.values()),
                pins);
    }
}
