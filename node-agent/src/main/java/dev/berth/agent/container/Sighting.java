package dev.berth.agent.container;

import java.time.Instant;

/**
 * What is seen of one container.
 *
 * @param reason why it is not as wanted; empty where it is, or where the state says all
 */
public record Sighting(ContainerRef ref, ContainerState state, Instant startedAt, String reason) {}
