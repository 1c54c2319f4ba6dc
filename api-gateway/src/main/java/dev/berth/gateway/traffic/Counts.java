package dev.berth.gateway.traffic;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * One version of a function: the account of what is in flight by its routes, and of what came of that. Counting takes no
 * look-up and allocates nothing; a reading sums up.
 */
public final class Counts {
    /** Who made an answer. */
    public enum By {
        APP,
        GATEWAY
    }

    /** Of an answer's status. One that changes the protocol counts as done, one that HTTP does not know as a fault. */
    public enum CodeClass {
        SUCCESSFUL("2xx"),
        REDIRECTION("3xx"),
        CLIENT_ERROR("4xx"),
        SERVER_ERROR("5xx");

        private static final CodeClass[] ALL = values();

        public final String word;

        CodeClass(String word) {
            this.word = word;
        }

        /** @param status from 101 to 999 */
        static CodeClass of(int status) {
            return ALL[Math.clamp(status / 100 - 2, 0, 3)];
        }
    }

    /** How a request ended that was not answered in full. */
    public enum Unfinished {
        /** Given up by its client. */
        ABANDONED,
        /** Cut by the gateway: by a timeout, by a drain's deadline, or as it ended itself. */
        CUT,
        /** Failed by the container. */
        DROPPED
    }

    /** The bound of the first bucket; each that follows has twice the one before. */
    private static final long LEAST_NANOS = 500_000;
    /** The last one has no bound. */
    private static final int BUCKETS = 21;

    public final LiveFunction function;
    public final int version;

    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder[] answers = adders(By.values().length * CodeClass.ALL.length);
    private final LongAdder[] unfinished = adders(Unfinished.values().length);
    private final LongAdder[] durations = adders(BUCKETS);
    private final LongAdder nanos = new LongAdder();

    private volatile boolean routed;

    /** Of one that routes do not lead to; for its function's sweep alone. */
    private long idleSince = NEVER;

    private static final long NEVER = Long.MAX_VALUE;

    Counts(LiveFunction function, int version) {
        this.function = function;
        this.version = version;
    }

    private static LongAdder[] adders(int many) {
        LongAdder[] adders = new LongAdder[many];
        for (int i = 0; i < many; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }

    /** Upper bounds of the buckets of durations, inclusive, in seconds; the last one is infinite. The same for all and always. */
    public static double[] bounds() {
        double[] bounds = new double[BUCKETS];
        for (int i = 0; i < BUCKETS - 1; i++) {
            bounds[i] = (LEAST_NANOS << i) / 1e9;
        }
        bounds[BUCKETS - 1] = Double.POSITIVE_INFINITY;
        return bounds;
    }

    private static int bucket(long nanos) {
        return nanos <= LEAST_NANOS
                ? 0
                : Math.min(Long.SIZE - Long.numberOfLeadingZeros((nanos - 1) / LEAST_NANOS), BUCKETS - 1);
    }

    /**
     * The head of an answer went to a client, and what there was to follow on it, or did not.
     *
     * @param status 101, or from 200 to 999
     * @param tookNanos from the request's head to the answer's end
     */
    public void answered(int status, By by, long tookNanos) {
        answers[cell(by, CodeClass.of(status))].increment();
        durations[bucket(tookNanos)].increment();
        nanos.add(tookNanos);
    }

    /** Beside the answer, where there was one. */
    public void unfinished(Unfinished how) {
        unfinished[how.ordinal()].increment();
    }

    void begins() {
        inFlight.incrementAndGet();
    }

    void ends() {
        inFlight.decrementAndGet();
    }

    /** How many claims were had by its routes; never fewer than there are. */
    public int inFlight() {
        return inFlight.get();
    }

    public long answers(By by, CodeClass status) {
        return answers[cell(by, status)].sum();
    }

    private static int cell(By by, CodeClass status) {
        return by.ordinal() * CodeClass.ALL.length + status.ordinal();
    }

    public long unfinishedSoFar(Unfinished how) {
        return unfinished[how.ordinal()].sum();
    }

    /** How many answers took as long as each bucket says, those of the buckets before it not among them. */
    public long[] durations() {
        long[] sums = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            sums[i] = durations[i].sum();
        }
        return sums;
    }

    /** What all answers took, in seconds. */
    public double seconds() {
        return nanos.sum() / 1e9;
    }

    /** Whether routes lead to it. */
    public void routed(boolean are) {
        routed = are;
    }

    /** True where nothing has led to it, and nothing was in flight by it, for as long as that. */
    boolean idle(long forMillis, long nowMillis) {
        if (routed || inFlight() > 0) {
            idleSince = NEVER;
        } else if (idleSince == NEVER) {
            idleSince = nowMillis;
        }
        return idleSince != NEVER && nowMillis - idleSince >= forMillis;
    }
}
