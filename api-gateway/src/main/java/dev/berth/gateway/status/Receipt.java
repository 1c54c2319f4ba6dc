package dev.berth.gateway.status;

/**
 * What became of the requests that were in flight at a cutover.
 *
 * @param startMillis from the rollout's begin to the cutover; 0 where there was none
 * @param cutoverMillis from there until every gateway had it; 0 where that is still to come
 */
public record Receipt(
        long inFlightAtCutover,
        long finished,
        long cutAtDeadline,
        long dropped,
        long abandoned,
        long takenBack,
        long unaccounted,
        long longestDrainMillis,
        boolean complete,
        long startMillis,
        long cutoverMillis) {}
