package dev.berth.scheduler.rollout;

import java.time.Instant;

/** One thing that the reconciler wants done. */
public sealed interface Action {
    /** A rollout of this version begins; versions between the last one and this were overtaken. */
    record Begin(int version) implements Action {}

    /** One more container. */
    record Start(int version, String function) implements Action {}

    /** A node is to have what a container of this function needs, before any is started. */
    record Fetch(int version, String function, String node) implements Action {}

    /** A draining container of the same spec serves again, as one of this version. */
    record TakeBack(String container, int version) implements Action {}

    /** The routes switch to this version. */
    record CutOver(int version) implements Action {}

    /** Every live gateway has switched. */
    record GoLive() implements Action {}

    record Fail(Failure why) implements Action {}

    record Cancel(String reason) implements Action {}

    /** The app has no live version any more. */
    record TakeDown() implements Action {}

    /** @param by the version whose cutover this is, for its receipt; 0 for none */
    record Drain(String container, int by, Instant deadline) implements Action {}

    record Stop(String container) implements Action {}
}
