package dev.berth.gateway.client;

import dev.berth.gateway.routing.RouteTable;
import dev.berth.protocol.v1.AppRoutes;
import dev.berth.protocol.v1.FunctionRoutes;
import dev.berth.protocol.v1.RouteContainer;
import dev.berth.protocol.v1.WebProtocol;
import java.util.OptionalLong;

/** Routes as the scheduler says them. */
public final class RouteMessages {
    private RouteMessages() {}

    public static RouteTable.Change change(AppRoutes message) {
        return new RouteTable.Change(
                message.getEpoch(),
                message.getSequence(),
                message.getPrevious(),
                message.getEnvironment(),
                message.getApp(),
                message.getFunctionsList().stream().map(RouteMessages::function).toList());
    }

    private static RouteTable.Function function(FunctionRoutes message) {
        return new RouteTable.Function(
                message.getFunction(),
                message.getVersion(),
                message.getLive(),
                message.getLabelsList(),
                message.getTimeoutMillis(),
                message.getContainersList().stream().map(RouteMessages::target).toList(),
                message.getReason(),
                message.getProtocol() == WebProtocol.H2C);
    }

    private static RouteTable.Target target(RouteContainer message) {
        OptionalLong left =
                message.getDraining() ? OptionalLong.of(message.getDrainLeftMillis()) : OptionalLong.empty();
        return new RouteTable.Target(message.getId(), message.getHost(), message.getPort(), left);
    }
}
