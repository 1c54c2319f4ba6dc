package dev.berth.gateway.status;

/** A version as the registry has it; the life is its app's. */
public record VersionName(AppName app, String life, int version) {}
