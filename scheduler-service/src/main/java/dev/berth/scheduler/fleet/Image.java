package dev.berth.scheduler.fleet;

/**
 * What an engine makes containers of.
 *
 * @param name as the manifest has it: what it means, {@link Pins} knows
 * @param hostNetwork they share the node's network; else each has an address of its own
 */
public record Image(String name, boolean hostNetwork) {}
