package dev.berth.scheduler.fleet;

/** What a container was last seen doing. */
public enum Phase {
    /** Ordered; no agent has reported it. */
    PENDING, STARTING, READY, STOPPING,
    /** Ended as ordered, or while nobody watched. */
    STOPPED,
    /** Ended by itself, or never got ready. */
    FAILED;

    public boolean gone() {
        return this == STOPPED || this == FAILED;
    }
}
