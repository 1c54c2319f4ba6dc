package dev.berth.agent.container;

import java.time.Duration;

/**
 * Where a container is in its life on this host. Only the legal steps exist as methods. Times are those of a clock that
 * never steps, from whatever beginning.
 */
public sealed interface ContainerState {

    /** Its spec and its source are being fetched. */
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

    /**
     * It is no more.
     *
     * @param failed it ended by itself, or never got ready; false where it was stopped or nobody saw its end
     * @param timedOut it was not ready within its startup timeout
     */
    record Ended(boolean failed, boolean timedOut, String reason) implements ContainerState {}

    default Ended stopped(String reason) {
        return new Ended(false, false, reason);
    }

    default Ended failed(String reason) {
        return new Ended(true, false, reason);
    }

    default Stopping stopping(Duration killAt) {
        return new Stopping(killAt, address());
    }

    /** Where it listens, or will. */
    default Address address() {
        return Address.NONE;
    }
}
