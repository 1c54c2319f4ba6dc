package dev.berth.scheduler.control;

/** How many apps one turn may decide for: less after a commit that did not fit its time, more again as they do. */
final class TurnSize {
    private static final int MOST = 1_000;

    private int size = MOST;

    int size() {
        return size;
    }

    void committed() {
        size = Math.min(MOST, size * 2);
    }

    void tookTooLong() {
        size = Math.max(1, size / 2);
    }
}
