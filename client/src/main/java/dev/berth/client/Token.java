package dev.berth.client;

import java.time.Instant;
import java.util.Optional;

/**
 * What lets a user call the API.
 *
 * @param token the secret itself; in the answer to its creation alone
 */
public record Token(String id, String user, Instant createdAt, boolean revoked, Optional<String> token) {}
