package dev.berth.agent.runtime.engine;

import java.util.Optional;

/** What came of an image's pull. */
public sealed interface Pull {
    /**
     * It is there.
     *
     * @param pinned its name by the repository's digest, under which any node gets the same; of an image that only this
     *        node has, its id
     * @param fetched what came of it from a registry; empty where nobody was asked
     */
    record Pulled(String pinned, Optional<Fetched> fetched) implements Pull {
        /** It was there. */
        public Pulled(String pinned) {
            this(pinned, Optional.empty());
        }
    }

    /**
     * An image that a registry named.
     *
     * @param id the engine's
     * @param isNew the engine had it under no name before
     */
    record Fetched(String id, boolean isNew) {}

    /** No second try mends it: somebody has to do what the reason says. */
    record Refused(String reason) implements Pull {}

    /** It may work later. */
    record Interrupted(String reason) implements Pull {}
}
