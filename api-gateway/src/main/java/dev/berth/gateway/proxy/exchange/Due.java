package dev.berth.gateway.proxy.exchange;

import dev.berth.gateway.traffic.Backend;
import dev.berth.gateway.traffic.Refused;

/**
 * What the time says of an exchange.
 *
 * @param how its claim ends
 * @param why for its client, where nothing was answered yet
 */
record Due(Backend.End how, Refusal why) {
    private static final Due REPLACED = new Due(
            Backend.End.CUT,
            new Refusal(
                    Refused.REPLACED,
                    504,
                    "the container's version was replaced, and the request outlasted its drain deadline"));

    /** Null where its time is not over. */
    static Due at(long nowMillis, State state, Search search, long startedAtMillis) {
        if (state instanceof State.Parked && search.parkedTooLong(nowMillis)) {
            return new Due(Backend.End.FINISHED, search.whyParked());
        }
        if (state.attempt() != null && nowMillis >= state.attempt().backend().deadline()) {
            return REPLACED;
        }
        if (state.tunnel() == null && nowMillis - startedAtMillis > search.timeoutMillis()) {
            String seconds = search.timeoutMillis() / 1000.0 + " s";
            return new Due(
                    Backend.End.FINISHED,
                    new Refusal(Refused.TIMEOUT, 504, "the function's timeout of " + seconds + " is over"));
        }
        return null;
    }

    /** This gateway does not wait any longer. */
    static Due leaving(State state, String why) {
        return new Due(
                Backend.End.CUT,
                state instanceof State.Parked
                        ? new Refusal(Refused.ENDING, 503, why, 1)
                        : new Refusal(Refused.ENDING, 504, why));
    }
}
