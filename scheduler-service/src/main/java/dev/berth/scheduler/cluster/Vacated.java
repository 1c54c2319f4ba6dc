package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppId;
import java.util.OptionalLong;

/**
 * An address that a container has left, and that some gateway may still send its app's requests to.
 *
 * @param node where the container was; its host's name may be another, and on a bridge the address is the container's own
 * @param by the app that had it; it may have it again
 * @param leftAt the first routes that don't name it any more; empty until they are published
 */
public record Vacated(Address at, String node, AppId by, OptionalLong leftAt) {}
