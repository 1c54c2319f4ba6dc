package dev.berth.registry.app;

/**
 * Tells that an app has changed; whoever hears it reads the rest.
 *
 * @param life of the app that changed; a name that is used again is another one
 * @param newest number of its newest version; 0 once the app is collected
 */
public record AppChange(AppName app, String life, long revision, int newest) {}
