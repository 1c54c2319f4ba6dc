package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.control.Limits;
import dev.berth.gateway.routing.Hosts;
import dev.berth.gateway.routing.RouteTable;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * The rest of the gateway, as the front door needs it.
 *
 * @param port of the front door
 * @param internal where the API listens, on loopback
 * @param apiBodyBytes most bytes of a request's body, by its path
 * @param nanos a clock that nobody sets: durations are measured by it
 * @param drained called when the last request on a draining container has ended
 */
public record Front(
        RouteTable table,
        Hosts hosts,
        Limits limits,
        String host,
        int port,
        int internal,
        ToLongFunction<String> apiBodyBytes,
        LongSupplier nanos,
        Runnable drained) {}
