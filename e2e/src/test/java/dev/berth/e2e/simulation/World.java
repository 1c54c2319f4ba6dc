package dev.berth.e2e.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/** Virtual time, chance, and the bus. */
final class World {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** So many of the last things that happened are told with a breach. */
    private static final int TRACED = Integer.getInteger("simulation.trace", 80);

    private record Event(Instant at, long order, Runnable what) {}

    private final long seed;
    final Random random;
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            (a, b) -> a.at().equals(b.at()) ? Long.compare(a.order(), b.order()) : a.at().compareTo(b.at()));
    private final ArrayDeque<String> trace = new ArrayDeque<>();
    private Instant now = START;
    private long nextOrder;
    private boolean calm;
    /** What was said while the bus was frozen: it comes when it thaws. */
    private final List<Runnable> frozen = new ArrayList<>();

    private Instant frozenUntil = Instant.MIN;

    World(long seed) {
        this.seed = seed;
        random = new Random(seed);
    }

    Instant now() {
        return now;
    }

    void at(Duration later, Runnable what) {
        events.add(new Event(now.plus(later), nextOrder++, what));
    }

    Duration between(int leastMillis, int mostMillis) {
        return Duration.ofMillis(leastMillis + random.nextInt(mostMillis - leastMillis + 1));
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** From now on nothing is lost, late or killed any more. */
    void calm() {
        calm = true;
    }

    boolean isCalm() {
        return calm;
    }

    boolean busIsFrozen() {
        return now.isBefore(frozenUntil);
    }

    void freezeBus(Duration length) {
        if (busIsFrozen() || calm) {
            return;
        }
        note("the bus freezes for " + length.toMillis() + " ms");
        frozenUntil = now.plus(length);
        at(length, () -> {
            List<Runnable> held = List.copyOf(frozen);
            frozen.clear();
            held.forEach(delivery -> at(between(0, 20), delivery));
        });
    }

    /**
     * A message over the bus: lost, repeated, late.
     *
     * @return true where it comes soon, or as soon as the bus thaws
     */
    boolean send(Runnable delivery) {
        if (busIsFrozen()) {
            frozen.add(delivery);
            return true;
        }
        if (calm) {
            at(Duration.ofMillis(1), () -> deliver(delivery));
            return true;
        }
        if (chance(8)) {
            at(between(0, 1_500), () -> deliver(delivery));
        }
        if (chance(8)) {
            return false;
        }
        boolean late = chance(8);
        at(between(0, late ? 2_000 : 60), () -> deliver(delivery));
        return !late;
    }

    private void deliver(Runnable delivery) {
        if (busIsFrozen()) {
            frozen.add(delivery);
        } else {
            delivery.run();
        }
    }

    /** One step; false where nothing happens any more before the end. */
    boolean step(Instant end) {
        if (events.isEmpty() || !events.peek().at().isBefore(end)) {
            return false;
        }
        Event event = events.poll();
        now = event.at();
        event.what().run();
        return true;
    }

    /** The last of what happened, for the one who reads a breach. */
    void note(String what) {
        trace.add(Duration.between(START, now) + " " + what);
        if (trace.size() > TRACED) {
            trace.removeFirst();
        }
    }

    AssertionError breach(String promise) {
        return new AssertionError(
                String.join("\n", trace) + "\nseed " + seed + " at " + Duration.between(START, now) + ": " + promise);
    }
}
