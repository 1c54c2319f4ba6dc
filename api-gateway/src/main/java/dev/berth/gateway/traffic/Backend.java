package dev.berth.gateway.traffic;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A container that requests can be sent to. Whether it drains and how many requests are in flight on it are one word:
 * claiming a slot checks the one and counts the other in a single step, so no request slips in behind a drain.
 */
public final class Backend {
    private static final int DRAINING = 1 << 31;

    /** How a request on a backend ended. */
    public enum End {
        /** Answered in full, be it that its own time was over. */
        FINISHED,
        /** Given up by its client. */
        ABANDONED,
        /** Cut by the drain deadline. */
        CUT,
        /** Failed by the container. */
        DROPPED,
        /** Never reached the container. */
        UNDELIVERED
    }

    /**
     * What happened since the drain began, each end counted as it came.
     *
     * @param millis from the drain's begin to the end of the last request, or to now
     */
    public record Drain(
            long inFlightAtCutover,
            long inFlight,
            long finished,
            long abandoned,
            long cut,
            long dropped,
            long millis) {}

    private static final int FIRST_ASIDE_MILLIS = 100;
    private static final int LONGEST_ASIDE_MILLIS = 2_000;
    private static final long NEVER = Long.MIN_VALUE;

    public final LiveFunction function;
    public final String id;
    public final String host;
    public final int port;

    private final AtomicInteger word = new AtomicInteger();
    private final AtomicLong finished = new AtomicLong();
    private final AtomicLong abandoned = new AtomicLong();
    private final AtomicLong cut = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong inFlightAtCutover = new AtomicLong();
    private volatile long drainingSince;
    private volatile long lastEndedAt;
    private volatile long deadline = Long.MAX_VALUE;
    /** Until when it is set aside; {@link #NEVER} from a connection that could be made on. */
    private volatile long asideUntil = NEVER;

    private int asideMillis;

    public Backend(LiveFunction function, String id, String host, int port) {
        this.function = function;
        this.id = id;
        this.host = host;
        this.port = port;
    }

    /**
     * A claim on a slot of it; null where it drains.
     *
     * @param route what leads to it: a container that was taken back serves another version than it was started for
     */
    public Claim claim(Counts route) {
        route.begins();
        if (take()) {
            return new Claim(this, route);
        }
        route.ends();
        return null;
    }

    private boolean take() {
        int now = word.get();
        while ((now & DRAINING) == 0) {
            if (word.compareAndSet(now, now + 1)) {
                return true;
            }
            now = word.get();
        }
        return false;
    }

    /** Gives a slot back. True where it was the last one of a draining container. */
    boolean release(End end, long nowMillis) {
        int now = word.get();
        while ((now & DRAINING) == 0) {
            // Not a plain decrement: a drain that begins just now counts this request, so its end must count, too.
            if (word.compareAndSet(now, now - 1)) {
                return false;
            }
            now = word.get();
        }
        // Counted before the slot is given back: whoever sees none in flight sees all of them counted.
        lastEndedAt = nowMillis;
        switch (end) {
            case FINISHED -> finished.incrementAndGet();
            case ABANDONED -> abandoned.incrementAndGet();
            case CUT -> cut.incrementAndGet();
            case DROPPED -> dropped.incrementAndGet();
            case UNDELIVERED -> inFlightAtCutover.decrementAndGet();
        }
        return word.decrementAndGet() == DRAINING;
    }

    /**
     * Takes no more from now on. Where it drains already, the first deadline stays: hearing of the same drain again must
     * not prolong it.
     *
     * @param leftMillis until what is in flight is cut
     */
    public void drain(long leftMillis, long nowMillis) {
        refuse(nowMillis + leftMillis, nowMillis);
    }

    /** No route leads to it any more. What is in flight may end as it does. */
    public void forget(long nowMillis) {
        refuse(Long.MAX_VALUE, nowMillis);
    }

    private void refuse(long until, long nowMillis) {
        int now = word.get();
        while ((now & DRAINING) == 0) {
            // Before the bit: a request that ends right after it must find them set.
            deadline = until;
            finished.set(0);
            abandoned.set(0);
            cut.set(0);
            dropped.set(0);
            inFlightAtCutover.set(now);
            drainingSince = nowMillis;
            lastEndedAt = nowMillis;
            if (word.compareAndSet(now, now | DRAINING)) {
                return;
            }
            now = word.get();
        }
    }

    /** Taken back: it serves again. */
    public void serve() {
        deadline = Long.MAX_VALUE;
        int now = word.get();
        while (!word.compareAndSet(now, now & ~DRAINING)) {
            now = word.get();
        }
    }

    public boolean draining() {
        return (word.get() & DRAINING) != 0;
    }

    public int inFlight() {
        return word.get() & ~DRAINING;
    }

    /** When what is still in flight is cut. */
    public long deadline() {
        return deadline;
    }

    /**
     * A connection to it could not be made: it is set aside for a moment, for longer each time that one fails after it.
     * Those that fail meanwhile were begun before, or had no other to go to.
     *
     * @return whether that is news
     */
    public synchronized boolean unreachable(long nowMillis) {
        if (aside(nowMillis)) {
            return false;
        }
        boolean news = asideUntil == NEVER;
        asideMillis = news ? FIRST_ASIDE_MILLIS : Math.min(2 * asideMillis, LONGEST_ASIDE_MILLIS);
        asideUntil = nowMillis + asideMillis;
        return news;
    }

    /**
     * A connection to it was made.
     *
     * @return whether that is news
     */
    public boolean reached() {
        if (asideUntil == NEVER) {
            return false;
        }
        synchronized (this) {
            boolean news = asideUntil != NEVER;
            asideUntil = NEVER;
            return news;
        }
    }

    /** True while others are to be tried first. */
    public boolean aside(long nowMillis) {
        return nowMillis < asideUntil;
    }

    public Drain drained(long nowMillis) {
        // In flight first: what ends meanwhile is then counted twice at most, never lost.
        int inFlight = inFlight();
        return new Drain(
                inFlightAtCutover.get(),
                inFlight,
                finished.get(),
                abandoned.get(),
                cut.get(),
                dropped.get(),
                (inFlight > 0 ? nowMillis : lastEndedAt) - drainingSince);
    }
}
