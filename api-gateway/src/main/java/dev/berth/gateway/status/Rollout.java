package dev.berth.gateway.status;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How a version comes, or came, to serve.
 *
 * @param reason why it is as it is; may be empty
 * @param receipt empty before its cutover was planned
 * @param progress what it does now, in one line; may be empty
 * @param startedAt empty where it has not begun
 * @param liveAt empty where it never served
 * @param images what the names of its images mean, by digest, as far as it is known
 */
public record Rollout(
        VersionName version,
        Outcome outcome,
        String reason,
        Optional<Receipt> receipt,
        String progress,
        Optional<Instant> startedAt,
        Optional<Instant> liveAt,
        Map<String, String> images) {
    public Rollout {
        images = Map.copyOf(images);
    }

    /** How it ended; or that it goes on. */
    public enum Outcome {
        ROLLING,
        LIVE,
        SUPERSEDED,
        FAILED,
        CANCELLED;

        /** Whether it is or was live. */
        public boolean served() {
            return this == LIVE || this == SUPERSEDED;
        }
    }

    static Rollout notBegun(VersionName version, Outcome outcome, String reason, String progress) {
        return new Rollout(
                version, outcome, reason, Optional.empty(), progress, Optional.empty(), Optional.empty(), Map.of());
    }

    /** It goes on, as far as anybody knows; and this keeps it from being known better. */
    public Rollout unless(String silence) {
        return outcome == Outcome.ROLLING
                ? new Rollout(version, outcome, silence, receipt, silence, startedAt, liveAt, images)
                : this;
    }
}
