package dev.berth.agent.runtime.engine;

/** What came of an image's pull. */
public sealed interface Pull {
    /**
     * It is there.
     *
     * @param pinned its name by the repository's digest, under which any node gets the same; of an image that only this
     *        node has, its id
     */
    record Pulled(String pinned) implements Pull {}

    /** No second try mends it: somebody has to do what the reason says. */
    record Refused(String reason) implements Pull {}

    /** It may work later. */
    record Interrupted(String reason) implements Pull {}
}
