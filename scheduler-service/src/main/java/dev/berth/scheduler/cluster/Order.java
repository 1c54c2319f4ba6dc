package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.Container;
import java.util.List;

/**
 * Everything that should exist on one node.
 *
 * @param strangers what it runs that the database does not know, and keeps for now
 */
public record Order(String node, long generation, List<Container> containers, List<Stranger> strangers) {}
