package dev.berth.registry.app;

/**
 * Which version of an app serves, by the word of all gateways.
 *
 * @param version 0 where nothing serves any more, because the app was stopped
 */
public record Serving(AppName app, String life, int version) {}
