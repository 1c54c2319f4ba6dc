package dev.berth.registry.app;

/** How a rollout gets from one version to the next. */
public enum Strategy {
    ROLLING,
    RECREATE
}
