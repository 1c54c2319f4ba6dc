package dev.berth.gateway.status;

import java.time.Instant;

/**
 * How a container is.
 *
 * @param life of its app; empty where the scheduler does not know that
 * @param reason why it is as it is; may be empty
 * @param address as host:port; empty before it has one
 * @param image that it is made of, by digest; empty of a process, and while it is not known
 * @param outdated of an older version than the one that serves
 */
public record ContainerStatus(
        String id,
        AppName app,
        String life,
        int version,
        String function,
        String node,
        State state,
        String reason,
        Instant startedAt,
        String address,
        String image,
        boolean outdated) {

    /** Where it is in its life. */
    public enum State {
        PENDING,
        STARTING,
        READY,
        DRAINING,
        STOPPING,
        STOPPED,
        FAILED
    }

    ContainerStatus beside(AppStatus status) {
        boolean old = !life.isEmpty() && (!life.equals(status.life()) || version < status.live());
        return new ContainerStatus(
                id, app, life, version, function, node, state, reason, startedAt, address, image, old);
    }

    /** It may be another way by now. */
    public ContainerStatus asShownLast() {
        String why = reason.isEmpty() ? "as the scheduler showed it last: it does not answer" : reason;
        return new ContainerStatus(
                id, app, life, version, function, node, state, why, startedAt, address, image, outdated);
    }
}
