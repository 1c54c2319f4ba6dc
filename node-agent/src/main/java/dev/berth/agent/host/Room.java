package dev.berth.agent.host;

/** What is free on a disk, and how much it has, in bytes. */
public record Room(long free, long total) {
    private static final int SMALL = 10;
    private static final long LITTLE = 10L << 30;

    /** Less than 10 GiB is free, or less than a tenth of a smaller disk. */
    boolean isLittle() {
        return free < little();
    }

    /** Twice of that is free. */
    boolean isEnough() {
        return free >= 2 * little();
    }

    private long little() {
        return Math.min(LITTLE, total / SMALL);
    }
}
