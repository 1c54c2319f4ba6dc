package dev.berth.registry.app;

/** What a version was made from. */
public sealed interface Origin {
    record Deploy() implements Origin {}

    /** @param of number of the version that was gone back to */
    record Rollback(int of) implements Origin {}

    /** A copy of the version before it. */
    record Rollover() implements Origin {}
}
