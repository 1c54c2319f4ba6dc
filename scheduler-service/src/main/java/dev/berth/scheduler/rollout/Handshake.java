package dev.berth.scheduler.rollout;

import java.time.Instant;
import java.util.Optional;

/** What the gateways have confirmed. */
public interface Handshake {
    /** True where every live gateway has applied the routes of this sequence. False while nobody can know. */
    boolean applied(long sequence);

    /**
     * Since when every live gateway has applied the routes of this sequence, as far as is known; empty where not each of
     * them has. A drain's deadline counts from then on: before, some gateway did not know of the drain.
     */
    Optional<Instant> appliedSince(long sequence);

    /**
     * True where every live gateway shows it draining and has nothing in flight on it.
     *
     * @param shownAt the first routes that show it draining
     */
    boolean drained(String container, long shownAt);
}
