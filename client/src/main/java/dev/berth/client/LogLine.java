package dev.berth.client;

import java.time.Instant;

/** A line that a container printed. */
public record LogLine(Instant time, String container, int version, String function, String text) {}
