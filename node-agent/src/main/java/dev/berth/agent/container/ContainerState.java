package dev.berth.agent.container;

import java.time.Duration;

/**
 * Where a container is in its life on this host. Only the legal steps exist as methods. Times are those of a clock that
 * never steps, from whatever beginning.
 */
public sealed interface ContainerState {

    /** Its spec, its source and its image are being fetched. */
    record Preparing() implements ContainerState {
        public Starting started(Duration now, Address address) {
            return new Starting(now, address);
        }
    }

    record Starting(Duration since, Address address) implements ContainerState {
        public Ready ready() {
            return new Ready(since, address);
        }
    }

    record Ready(Duration since, Address address) implements ContainerState {}

    /** It was told to end; after {@code killAt} it is made to. */
    record Stopping(Duration killAt, Address address) implements ContainerState {}

    /** It is no more. */
    record Ended(How how, String reason) implements ContainerState {
        public enum How {
            /** As it was told to, or nobody saw its end. */
            STOPPED,
            /** By itself, or it could not be started. */
            FAILED,
            /** It was not ready within its startup timeout. */
            TIMED_OUT,
            /** It can't start, and no second try mends that. */
            HOPELESS
        }

        public boolean failed() {
            return how != How.STOPPED;
        }

        /** The same with more words. */
        public Ended because(String words) {
            return new Ended(how, words);
        }
    }

    default Ended stopped(String reason) {
        return new Ended(Ended.How.STOPPED, reason);
    }

    default Ended failed(String reason) {
        return new Ended(Ended.How.FAILED, reason);
    }

    default Ended timedOut(String reason) {
        return new Ended(Ended.How.TIMED_OUT, reason);
    }

    default Ended hopeless(String reason) {
        return new Ended(Ended.How.HOPELESS, reason);
    }

    default Stopping stopping(Duration killAt) {
        return new Stopping(killAt, address());
    }

    /** Where it listens, or will. */
    default Address address() {
        return Address.NONE;
    }
}
