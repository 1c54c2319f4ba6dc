package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All routes of one app.
 *
 * @param sequence of this message among all routes; {@code previous} is that of the one before it, whatever its app
 */
public record Routes(AppName app, long sequence, long previous, List<Function> functions) {

    /**
     * @param live false for a version that only its staged label reaches
     * @param http2 true where its containers understand HTTP/2 alone
     */
    public record Function(
            String name,
            int version,
            boolean live,
            List<String> labels,
            long timeoutMillis,
            List<Serving> containers,
            String reason,
            boolean http2) {}

    /**
     * @param drain how long what a gateway has in flight there may still take, from when that gateway learns of it; empty
     * while it takes requests
     */
    public record Serving(String id, Address at, Optional<Duration> drain) {}
}
