package dev.berth.gateway.client;

import dev.berth.gateway.routing.RouteTable;
import dev.berth.protocol.v1.AppRoutes;
import dev.berth.protocol.v1.FunctionRoutes;
import dev.berth.protocol.v1.RouteContainer;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Routes as the scheduler says them. A drain deadline comes as a time of day of another host; from here on it is the time
 * left, within what a drain can last at all, so that no clock that is wrong can hold a drain up.
 */
public final class RouteMessages {
    /** What a deadline may be later than the function's timeout after the cutover. */
    private static final long LATEST_MILLIS = 2_000;

    private RouteMessages() {}

    public static RouteTable.Change change(AppRoutes message, Instant now) {
        return new RouteTable.Change(message.getEpoch(), message.getSequence(), message.getPrevious(),
                message.getEnvironment(), message.getApp(),
                message.getFunctionsList().stream().map(function -> function(function, now)).toList());
    }

    private static RouteTable.Function function(FunctionRoutes message, Instant now) {
        return new RouteTable.Function(message.getFunction(), message.getVersion(), message.getLive(),
                message.getLabelsList(), message.getTimeoutMillis(), message.getContainersList().stream()
                        .map(container -> target(container, message.getTimeoutMillis(), now)).toList(),
                message.getReason());
    }

    private static RouteTable.Target target(RouteContainer message, long timeoutMillis, Instant now) {
        OptionalLong left = message.getDraining()
                ? OptionalLong.of(Math.clamp(message.getDrainDeadline() - now.toEpochMilli(), 0L,
                        timeoutMillis + LATEST_MILLIS))
                : OptionalLong.empty();
        return new RouteTable.Target(message.getId(), message.getHost(), message.getPort(), left);
    }
}
