package dev.berth.gateway.routing;

import dev.berth.gateway.traffic.Backend;
import java.util.Set;

/**
 * The containers that take a function's requests, as of one cutover.
 *
 * @param reason why there is none, in words; may be empty
 */
public record FunctionRoute(
        String app, String function, int version, long timeoutMillis, Backend[] serving, String reason) {

    /**
     * Claims a slot on the container with the fewest requests in flight; null where none can be had.
     *
     * @param refused containers that this request could not be delivered to; null for none
     */
    public Backend claim(Set<Backend> refused) {
        while (true) {
            Backend best = null;
            int least = Integer.MAX_VALUE;
            for (Backend backend : serving) {
                int inFlight = backend.inFlight();
                if (inFlight < least && !backend.draining() && (refused == null || !refused.contains(backend))) {
                    best = backend;
                    least = inFlight;
                }
            }
            if (best == null || best.claim()) {
                return best;
            }
        }
    }
}
