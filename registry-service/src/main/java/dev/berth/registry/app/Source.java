package dev.berth.registry.app;

/** A source bundle: an uncompressed tar archive, named by the SHA-256 of its bytes. */
public record Source(String digest, long bytes) {}
