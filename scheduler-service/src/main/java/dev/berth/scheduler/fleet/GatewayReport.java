package dev.berth.scheduler.fleet;

import java.util.Map;

/**
 * What a gateway says: the routes it has applied, and what it has in flight on draining containers.
 *
 * @param incarnation of this start of the gateway; a later start's is greater
 * @param epoch of the routes, the highest that it has seen
 * @param ended it has nothing in flight any more and takes nothing new: its last word
 */
public record GatewayReport(
        String gateway,
        String incarnation,
        long statusSequence,
        long epoch,
        long sequence,
        Map<String, Drain> drains,
        boolean ended) {

    /** Requests of one gateway on one draining container. */
    public record Drain(
            long inFlightAtCutover, long inFlight, long finished, long abandoned, long cut, long dropped, long millis) {
        public static final Drain NONE = new Drain(0, 0, 0, 0, 0, 0, 0);

        /** The two together, as if one gateway had them. */
        public Drain plus(Drain other) {
            return new Drain(
                    inFlightAtCutover + other.inFlightAtCutover,
                    inFlight + other.inFlight,
                    finished + other.finished,
                    abandoned + other.abandoned,
                    cut + other.cut,
                    dropped + other.dropped,
                    Math.max(millis, other.millis));
        }
    }

    public GatewayReport {
        drains = Map.copyOf(drains);
    }
}
