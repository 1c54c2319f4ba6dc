package dev.berth.registry.access;

import java.time.Instant;

/** What a user calls with, without its secret. */
public record Token(String id, String user, Instant createdAt, boolean revoked) {}
