package dev.berth.gateway.proxy.exchange;

/** Where an exchange stands. */
sealed interface State {
    State RESOLVING = new Resolving();
    State OVER = new Over();

    /** It looks for a container. */
    record Resolving() implements State {}

    /** It waits for one. */
    record Parked(Search.Stay stay) implements State {}

    /** It is on its way to one, or there, and nothing was answered. */
    record Trying(Attempt attempt) implements State {}

    /** Its answer is on its way. */
    record Answering(Attempt attempt) implements State {}

    /** Both ends go on with another protocol. */
    record Tunnelling(Attempt attempt, Tunnel tunnel) implements State {}

    /** Its time is over and its slot given back; both ends of the tunnel are told so. */
    record Closing(Attempt attempt, Tunnel tunnel) implements State {}

    record Over() implements State {}

    /** Null where none is under way. */
    default Attempt attempt() {
        return null;
    }

    /** True where something of an answer is out, so that nothing else can be answered. */
    default boolean answered() {
        return this instanceof Answering || tunnel() != null;
    }

    /** Null where there is none. */
    default Tunnel tunnel() {
        return null;
    }
}
