package dev.berth.scheduler.fleet;

/**
 * What an engine makes containers of.
 *
 * @param name for people: the agent has it from the container's spec
 * @param hostNetwork they share the node's network; else each has an address of its own
 */
public record Image(String name, boolean hostNetwork) {}
