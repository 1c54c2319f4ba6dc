package dev.berth.scheduler.fleet;

/** A function of one version. */
public record FunctionKey(int version, String function) {}
