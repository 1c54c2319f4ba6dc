package dev.berth.gateway.traffic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * One function of an app, whatever its version and its routes: the account of what is in flight on all its containers, of
 * what waits for one, and of what came. It lasts as long as one of its versions does, see {@link Account}.
 */
public final class LiveFunction {
    private static final Comparator<Parked> FIRST_COME =
            Comparator.<Parked>comparingLong(one -> one.sinceMillis).thenComparingLong(one -> one.ticket);

    public final String environment;
    public final String app;
    public final String name;

    private final Map<Integer, Counts> versions = new ConcurrentHashMap<>();
    private final LongAdder arrivals = new LongAdder();
    private final AtomicInteger parkedOfApp;
    private final AtomicLong tickets = new AtomicLong();
    /** Guarded by itself. Who waits longest comes first, also where it was looked at meanwhile and waits again. */
    private final NavigableSet<Parked> queue = new TreeSet<>(FIRST_COME);

    /** @param parkedOfApp how many wait for any function of the app; all its functions share it */
    public LiveFunction(String environment, String app, String name, AtomicInteger parkedOfApp) {
        this.environment = environment;
        this.app = app;
        this.name = name;
        this.parkedOfApp = parkedOfApp;
    }

    /** A request's place in the queue, until it is woken or leaves. */
    public final class Parked {
        private final long sinceMillis;
        private final long ticket = tickets.incrementAndGet();
        private final Runnable wake;

        private Parked(Runnable wake, long sinceMillis) {
            this.wake = wake;
            this.sinceMillis = sinceMillis;
        }

        /** It no longer waits; where it was woken already, nothing happens. */
        public void leave() {
            synchronized (queue) {
                if (!queue.remove(this)) {
                    return;
                }
            }
            parkedOfApp.decrementAndGet();
        }
    }

    /**
     * Has a request called when there may be a container for it.
     *
     * @param wake called once, by any thread
     * @param sinceMillis when it first began to wait
     * @param most how many may wait for the app's containers; null where that many do
     */
    public Parked park(Runnable wake, long sinceMillis, int most) {
        if (parkedOfApp.incrementAndGet() > most) {
            parkedOfApp.decrementAndGet();
            return null;
        }
        Parked parked = new Parked(wake, sinceMillis);
        synchronized (queue) {
            queue.add(parked);
        }
        return parked;
    }

    /** All that wait, first come, first called. */
    public void wakeParked() {
        List<Parked> woken;
        synchronized (queue) {
            woken = new ArrayList<>(queue);
            queue.clear();
        }
        parkedOfApp.addAndGet(-woken.size());
        woken.forEach(one -> one.wake.run());
    }

    /** How many wait. */
    public int parked() {
        synchronized (queue) {
            return queue.size();
        }
    }

    /** How long the one that waits longest has waited; 0 where none does. */
    public long longestParkedMillis(long nowMillis) {
        synchronized (queue) {
            return queue.isEmpty() ? 0 : nowMillis - queue.first().sinceMillis;
        }
    }

    /** A request came for it. */
    public void arrived() {
        arrivals.increment();
    }

    /** How many requests came; it only grows. */
    public long arrivals() {
        return arrivals.sum();
    }

    /** How many claims there are on its containers, draining ones included; never fewer than there are. */
    public int inFlight() {
        return versions.values().stream().mapToInt(Counts::inFlight).sum();
    }

    /** Of one version; begun where there are none. */
    public Counts counts(int version) {
        return versions.computeIfAbsent(version, number -> new Counts(this, number));
    }

    /** Of all versions that last, in no order. */
    public Collection<Counts> versions() {
        return List.copyOf(versions.values());
    }

    /** Ends the versions that were idle for that long. True where none is left. */
    boolean over(long keptMillis, long nowMillis) {
        versions.values().removeIf(counts -> counts.idle(keptMillis, nowMillis));
        return versions.isEmpty() && parked() == 0;
    }

    @Override
    public String toString() {
        return app + "/" + name;
    }
}
