package dev.berth.registry.app;

import java.time.Instant;
import java.util.Optional;

/**
 * An app between its creation and its collection.
 *
 * @param life tells it from other apps that had the name before
 * @param revision goes up with every change of this life
 * @param newest number of its newest version
 * @param stop empty while it is not stopped
 */
public record App(AppName name, String life, long revision, Instant createdAt, int newest, Optional<Stop> stop) {
    /** @param collectAt when the app's record is deleted */
    public record Stop(Instant at, String by, Instant collectAt) {}
}
