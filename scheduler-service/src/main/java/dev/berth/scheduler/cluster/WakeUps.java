package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.AppId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** When to look at an app again though nothing happens: at most once for each. */
final class WakeUps {
    private record WakeUp(Instant at, AppId app) {}

    private final SortedSet<WakeUp> order =
            new TreeSet<>(Comparator.comparing(WakeUp::at).thenComparing(WakeUp::app));
    private final Map<AppId, Instant> times = new HashMap<>();

    /** Replaces the app's wake-up; empty for none. */
    void set(AppId app, Optional<Instant> at) {
        Instant before = times.remove(app);
        if (before != null) {
            order.remove(new WakeUp(before, app));
        }
        at.ifPresent(when -> {
            times.put(app, when);
            order.add(new WakeUp(when, app));
        });
    }

    /** Adds a wake-up, unless the app has an earlier one. */
    void notLater(AppId app, Instant at) {
        Instant before = times.get(app);
        if (before == null || at.isBefore(before)) {
            set(app, Optional.of(at));
        }
    }

    /** Those whose time has come; they are not woken again. */
    List<AppId> take(Instant now) {
        List<AppId> due = new ArrayList<>();
        while (!order.isEmpty() && !order.first().at().isAfter(now)) {
            AppId app = order.first().app();
            set(app, Optional.empty());
            due.add(app);
        }
        return due;
    }

    /** Empty for never. */
    Optional<Instant> next() {
        return order.isEmpty() ? Optional.empty() : Optional.of(order.first().at());
    }
}
