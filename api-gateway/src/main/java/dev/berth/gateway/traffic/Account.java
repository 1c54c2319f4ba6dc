package dev.berth.gateway.traffic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Every function that there is traffic of, whatever becomes of its routes: a version lasts for an hour after the last route
 * to it and the last request by that.
 */
public final class Account {
    private static final long KEPT_MILLIS = 3_600_000;

    /** By environment and app. Guarded by this. */
    private final Map<String, OfApp> apps = new HashMap<>();

    private final LongAdder[] refused = new LongAdder[Refused.values().length];

    /** @param parked how many wait for any function of it */
    private record OfApp(AtomicInteger parked, Map<String, LiveFunction> functions) {}

    public Account() {
        for (int i = 0; i < refused.length; i++) {
            refused[i] = new LongAdder();
        }
    }

    /** The one of that name; begun where there is none. */
    public synchronized LiveFunction function(String environment, String app, String name) {
        OfApp of =
                apps.computeIfAbsent(environment + "/" + app, key -> new OfApp(new AtomicInteger(), new HashMap<>()));
        return of.functions.computeIfAbsent(name, called -> new LiveFunction(environment, app, called, of.parked));
    }

    /** All of them, in no order. */
    public synchronized List<LiveFunction> functions() {
        List<LiveFunction> all = new ArrayList<>();
        apps.values().forEach(app -> all.addAll(app.functions.values()));
        return all;
    }

    /** Ends what has been idle for an hour, as far as looks like this saw it. */
    public synchronized void sweep(long nowMillis) {
        apps.values().removeIf(app -> {
            app.functions.values().removeIf(function -> function.over(KEPT_MILLIS, nowMillis));
            return app.functions.isEmpty();
        });
    }

    /** The gateway answered a request itself, be it for a function or for none. */
    public void refused(Refused why) {
        refused[why.ordinal()].increment();
    }

    public long refusals(Refused why) {
        return refused[why.ordinal()].sum();
    }
}
