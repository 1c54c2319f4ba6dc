package dev.berth.scheduler.control;

/** How many apps one turn may decide for: fewer after a commit that took too long, more again after quick ones. */
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
