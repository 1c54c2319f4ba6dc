package dev.berth.client;

import java.time.Instant;

/** A namespace of apps. */
public record Environment(String name, Instant createdAt) {}
