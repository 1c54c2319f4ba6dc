package dev.berth.registry.app;

/** The two names of an app; at one time at most one app has them. */
public record AppName(String environment, String app) {}
