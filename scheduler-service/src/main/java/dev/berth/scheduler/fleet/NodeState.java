package dev.berth.scheduler.fleet;

/** Whether a node can be counted on. */
public enum NodeState {
    READY,
    /** Its agent has not been heard for too long; what it ran may still run. */
    LOST
}
