package dev.berth.scheduler.fleet;

/** What a container should do. It only moves forward, but for a draining one that is taken back. */
public enum Goal {
    RUN, DRAIN, STOP
}
