package dev.berth.gateway.routing;

import dev.berth.gateway.traffic.Account;
import dev.berth.gateway.traffic.Backend;
import dev.berth.gateway.traffic.LiveFunction;
import dev.berth.protocol.name.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Every route. Lookups take no lock; changes come one at a time. A change costs what the app has, not what the cluster
 * has. Its times are those of one monotonic clock.
 */
public final class RouteTable {
    /** @param drainMillis until what is in flight on it is cut; empty while it serves */
    public record Target(String id, String host, int port, OptionalLong drainMillis) {}

    /**
     * @param live false for a version that is reached by its staged label alone
     * @param http2 true where its containers understand HTTP/2 alone
     */
    public record Function(
            String name,
            int version,
            boolean live,
            List<String> labels,
            long timeoutMillis,
            List<Target> targets,
            String reason,
            boolean http2) {}

    public record Change(
            long epoch, long sequence, long previous, String environment, String app, List<Function> functions) {}

    /** An app whose routes name a label that another one owns; it does not answer there. */
    public record Contest(String label, String owner, String denied) {}

    /** What came of a change. */
    public enum Applied {
        DONE,
        STALE,
        /** One before it is missing: all routes have to be read. */
        GAP
    }

    private final Account account = new Account();
    private final LabelOwners labels = new LabelOwners();
    private final Map<String, AppRoute> apps = new HashMap<>();
    private final Map<String, Backend> backends = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> backendsOfApp = new HashMap<>();
    private long epoch;
    private volatile long sequence;
    private boolean loaded;

    /** The app that a label belongs to; null where there is none. */
    public AppRoute app(String label) {
        return labels.owner(label);
    }

    /** The version of an app that serves by the routes that are held; 0 for none. */
    public synchronized int live(String environment, String app) {
        AppRoute route = apps.get(environment + "/" + app);
        return route == null ? 0 : route.live;
    }

    public long sequence() {
        return sequence;
    }

    public synchronized long epoch() {
        return epoch;
    }

    /** True once all routes were read at least once. */
    public synchronized boolean loaded() {
        return loaded;
    }

    /** True where these are newer than what is held, and something between is missing. */
    public synchronized boolean behind(long headEpoch, long headSequence) {
        return headEpoch >= epoch && (headSequence > sequence || !loaded);
    }

    /** Applies one app's routes, if they follow on what is held. */
    public synchronized Applied apply(Change change, long nowMillis) {
        if (change.epoch() < epoch || change.sequence() <= sequence && loaded) {
            return Applied.STALE;
        }
        if (!loaded || change.previous() != sequence) {
            return Applied.GAP;
        }
        replace(change, nowMillis);
        epoch = change.epoch();
        sequence = change.sequence();
        return Applied.DONE;
    }

    /**
     * Applies all routes at once; false where newer ones are held.
     *
     * @param mayBeIncomplete an app that is not named keeps what it has: nobody knows yet whether it still runs
     */
    public synchronized boolean load(
            long newEpoch, long newSequence, List<Change> changes, boolean mayBeIncomplete, long nowMillis) {
        if (newEpoch < epoch || newSequence < sequence) {
            return false;
        }
        Set<String> gone = mayBeIncomplete ? new HashSet<>() : new HashSet<>(apps.keySet());
        for (Change change : changes) {
            replace(change, nowMillis);
            gone.remove(key(change));
        }
        for (String key : gone) {
            AppRoute app = apps.get(key);
            replace(new Change(newEpoch, newSequence, newSequence, app.environment, app.name, List.of()), nowMillis);
        }
        epoch = newEpoch;
        sequence = newSequence;
        loaded = true;
        return true;
    }

    private void replace(Change change, long nowMillis) {
        AppRoute app = apps.computeIfAbsent(key(change), key -> new AppRoute(change.environment(), change.app()));
        Routes before = app.routes();
        Map<Routes.Key, FunctionRoute> functions = new HashMap<>();
        Map<String, FunctionRoute> byLabel = new HashMap<>();
        Set<String> present = new HashSet<>();
        List<Target> draining = new ArrayList<>();
        for (Function function : change.functions()) {
            LiveFunction live = account.function(app.environment, app.name, function.name());
            List<Backend> serving = new ArrayList<>();
            for (Target target : function.targets()) {
                Backend backend = backends.computeIfAbsent(
                        target.id(), id -> new Backend(live, id, target.host(), target.port()));
                present.add(target.id());
                if (target.drainMillis().isPresent()) {
                    draining.add(target);
                } else {
                    backend.serve();
                    serving.add(backend);
                }
            }
            FunctionRoute route = before.kept(new FunctionRoute(
                    live.counts(function.version()),
                    function.timeoutMillis(),
                    serving.toArray(Backend[]::new),
                    function.reason(),
                    function.http2()));
            functions.put(new Routes.Key(function.name(), function.version()), route);
            for (String label : function.labels()) {
                if (function.live()) {
                    byLabel.put(label, route);
                }
                if (function.live() || !serving.isEmpty()) {
                    byLabel.put(Labels.staged(function.version(), label), route);
                }
            }
        }
        app.live = change.functions().stream()
                .filter(Function::live)
                .mapToInt(Function::version)
                .findFirst()
                .orElse(0);
        Routes after = new Routes(functions, byLabel);
        app.replace(after);
        labels.change(app, before.labels().keySet(), byLabel.keySet());
        // A request that found the old version just before can still claim until its container is marked here.
        draining.forEach(
                target -> backends.get(target.id()).drain(target.drainMillis().getAsLong(), nowMillis));
        forgetAllBut(present, change, nowMillis);
        before.functions().values().forEach(route -> route.counts().routed(false));
        functions.values().forEach(route -> route.counts().routed(true));
        if (change.functions().isEmpty()) {
            apps.remove(key(change));
        }
        before.changedBy(after).forEach(LiveFunction::wakeParked);
    }

    private void forgetAllBut(Set<String> present, Change change, long nowMillis) {
        Set<String> before =
                present.isEmpty() ? backendsOfApp.remove(key(change)) : backendsOfApp.put(key(change), present);
        if (before != null) {
            for (String id : before) {
                if (!present.contains(id)) {
                    backends.remove(id).forget(nowMillis);
                }
            }
        }
    }

    private static String key(Change change) {
        return change.environment() + "/" + change.app();
    }

    /** What goes by the routes, and went. */
    public Account account() {
        return account;
    }

    /** Ends the account of what has been gone for an hour. */
    public synchronized void sweep(long nowMillis) {
        account.sweep(nowMillis);
    }

    /** Labels that more than one app claims, once for each that is denied. */
    public synchronized List<Contest> contests() {
        return labels.contests();
    }

    /** Draining containers, by id. */
    public Map<String, Backend.Drain> drains(long nowMillis) {
        Map<String, Backend.Drain> drains = new HashMap<>();
        backends.forEach((id, backend) -> {
            if (backend.draining()) {
                drains.put(id, backend.drained(nowMillis));
            }
        });
        return drains;
    }
}
