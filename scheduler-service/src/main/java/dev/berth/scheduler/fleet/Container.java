package dev.berth.scheduler.fleet;

import java.time.Instant;
import java.util.Objects;

/**
 * One container: what it should do and what it was last seen doing.
 *
 * @param version the version that it counts for; a container taken back by a rollback counts for the new version
 * @param drainedBy the version whose cutover drains it, for that rollout's receipt; 0 for none
 * @param drainDeadline when what is still in flight is cut; null while it runs
 * @param drainSequence the first routes that showed it draining; 0 until they are published
 */
public record Container(String id, AppId app, int version, String function, String node, Goal goal, Phase phase,
        String reason, String host, int port, Instant createdAt, Instant readyAt, int drainedBy, Instant drainDeadline,
        long drainSequence) {

    public Container {
        Objects.requireNonNull(reason);
        Objects.requireNonNull(host);
    }

    public static Container ordered(String id, AppId app, int version, String function, String node, Instant now) {
        return new Container(id, app, version, function, node, Goal.RUN, Phase.PENDING, "", "", 0, now, null, 0, null,
                0);
    }

    public Container seen(Phase seen, String why, String at, int atPort, Instant now) {
        Instant ready = readyAt == null && seen == Phase.READY ? now : readyAt;
        return new Container(id, app, version, function, node, goal, seen, why, at, atPort, createdAt, ready, drainedBy,
                drainDeadline, drainSequence);
    }

    public Container drain(int by, Instant deadline) {
        return new Container(id, app, version, function, node, Goal.DRAIN, phase, reason, host, port, createdAt,
                readyAt,
                by, deadline, 0);
    }

    public Container drainedAt(long sequence) {
        return new Container(id, app, version, function, node, goal, phase, reason, host, port, createdAt, readyAt,
                drainedBy, drainDeadline, sequence);
    }

    public Container takenBackFor(int newVersion) {
        return new Container(id, app, newVersion, function, node, Goal.RUN, phase, reason, host, port, createdAt,
                readyAt,
                0, null, 0);
    }

    public Container stop() {
        return new Container(id, app, version, function, node, Goal.STOP, phase, reason, host, port, createdAt, readyAt,
                drainedBy, drainDeadline, drainSequence);
    }

    /** True where it can take requests. */
    public boolean ready() {
        return phase == Phase.READY;
    }

    public boolean running() {
        return goal == Goal.RUN && !phase.gone();
    }
}
