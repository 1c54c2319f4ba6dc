package dev.berth.agent.container;

import java.time.Instant;
import java.util.Optional;

/**
 * What is seen of one container.
 *
 * @param reason why it is not as wanted; empty where it is, or where the state says all
 * @param image by digest, or its id: which one it is made of, or is to be; empty while that is not known
 */
public record Sighting(
        ContainerRef ref, ContainerState state, Instant startedAt, String reason, Optional<String> image) {}
