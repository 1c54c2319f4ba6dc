package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.Container;

/** What the gateways have confirmed. */
public interface Handshake {
    /** True where every live gateway has applied the routes of this sequence. False while nobody can know. */
    boolean applied(long sequence);

    /** True where every live gateway shows it draining and has nothing in flight on it. */
    boolean drained(Container container);
}
