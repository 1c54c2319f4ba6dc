package dev.berth.scheduler.fleet;

/** How a container ended. The reason is for people; empty where there is nothing to say. */
public sealed interface Ending {
    String reason();

    /** As it was told to, or while nobody watched. */
    record Stopped(String reason) implements Ending {}

    /** By itself, while it should run. */
    record Crashed(String reason) implements Ending {}

    /** It can't start, and no second try mends that. */
    record Hopeless(String reason) implements Ending {}

    /** It was not ready within its startup_timeout. */
    record TimedOut(String reason) implements Ending {}
}
