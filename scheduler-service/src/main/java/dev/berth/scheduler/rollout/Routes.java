package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.AppId;
import java.time.Instant;
import java.util.List;

/**
 * All routes of one app.
 *
 * @param sequence of this message among all routes; {@code previous} is that of the one before it, whatever its app
 */
public record Routes(AppId app, long sequence, long previous, List<Function> functions) {

    /** @param live false for a version that only its staged label reaches */
    public record Function(String name, int version, boolean live, List<String> labels, long timeoutMillis,
            List<Backend> containers, String reason) {}

    /** @param drainDeadline null while it serves */
    public record Backend(String id, String host, int port, Instant drainDeadline) {}
}
