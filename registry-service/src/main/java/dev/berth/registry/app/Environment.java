package dev.berth.registry.app;

import java.time.Instant;

/** A namespace for apps. */
public record Environment(String name, Instant createdAt) {}
