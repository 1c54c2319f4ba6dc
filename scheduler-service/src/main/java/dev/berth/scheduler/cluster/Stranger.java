package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppName;
import java.time.Instant;

/**
 * A container that serves and that the database has never heard of: the database was restored from a backup, or is the
 * wrong one.
 *
 * @param until when it is told to stop
 */
public record Stranger(String id, String node, AppName app, int version, String function, Address at, Instant until) {}
