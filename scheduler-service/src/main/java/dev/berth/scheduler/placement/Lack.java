package dev.berth.scheduler.placement;

import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Driver;
import java.time.Instant;

/** Why a container does not go to a node, as data until somebody reads it. */
public sealed interface Lack {
    String node();

    /** It can't run such containers at all. */
    record NoDriver(String node, Driver.Kind driver) implements Lack {}

    record Cpu(String node, int millisFree, int millis) implements Lack {}

    record Memory(String node, long bytesFree, long bytes) implements Lack {}

    /** @param holder the id of the container that holds the port */
    record Port(String node, int port, String holder) implements Lack {}

    /**
     * A container of another app has left the port, and gateways may still send that app's requests there.
     *
     * @param by the app that had it
     */
    record PortVacated(String node, Address at, AppId by) implements Lack {}

    /** It holds as many containers as one order can name. */
    record Slots(String node, int containers) implements Lack {}

    /** Its agent has not said yet what it has. */
    record Unheard(String node) implements Lack {}

    /** Something is wrong with its host, so that it takes nothing new. */
    record Closed(String node, String reason) implements Lack {}

    record Lost(String node, Instant heardAt) implements Lack {}
}
