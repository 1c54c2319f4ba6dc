package dev.berth.registry.app;

/** One thing that is wrong with a manifest, at a path such as {@code functions.web.cpu}; the message says what to do. */
public record Problem(String path, String message) {}
