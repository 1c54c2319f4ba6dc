package dev.berth.registry.app;

import java.time.Instant;

/**
 * An immutable, numbered snapshot of an app's spec. How its rollout ended is the scheduler's to know.
 *
 * @param life the app's
 * @param specDigest the same for two versions that ask for the same
 */
public record Version(
        AppName app,
        String life,
        int number,
        Origin origin,
        String deployedBy,
        Instant deployedAt,
        String tag,
        String commit,
        AppSpec spec,
        String specDigest) {}
