package dev.berth.gateway.traffic;

/** Why a gateway answers a request itself, in one word: for programs, which people's sentences change for. */
public enum Refused {
    /** It is no HTTP that can be read, or nothing that a gateway does. */
    BAD_REQUEST("bad-request"),
    NO_SUCH_LABEL("no-such-label"),
    /** This gateway has just begun. */
    NO_ROUTES("no-routes"),
    BODY_TOO_LARGE("body-too-large"),
    /** As many wait for the app as may. */
    PARK_FULL("park-full"),
    /** No container took it in time. */
    PARK_TIMEOUT("park-timeout"),
    /** The container ended the connection first. */
    NO_ANSWER("no-answer"),
    UNREADABLE_ANSWER("unreadable-answer"),
    /** The function's own time for a request is over. */
    TIMEOUT("timeout"),
    /** Its version was replaced, and the drain deadline is over. */
    REPLACED("replaced"),
    /** This gateway ends. */
    ENDING("ending"),
    /** A fault of this gateway. */
    FAULT("fault");

    /** As it is said outside, in {@code Berth-Error} and in metrics. */
    public final String word;

    Refused(String word) {
        this.word = word;
    }
}
