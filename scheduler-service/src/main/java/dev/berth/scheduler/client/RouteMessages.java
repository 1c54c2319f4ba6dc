package dev.berth.scheduler.client;

import dev.berth.protocol.v1.AppRoutes;
import dev.berth.protocol.v1.FunctionRoutes;
import dev.berth.protocol.v1.RouteContainer;
import dev.berth.protocol.v1.WebProtocol;
import dev.berth.scheduler.cluster.Routes;

/** Routes as gateways get them, over the bus or when they ask. */
public final class RouteMessages {
    private RouteMessages() {}

    public static AppRoutes of(Routes routes, long epoch) {
        AppRoutes.Builder message = AppRoutes.newBuilder()
                .setEpoch(epoch)
                .setSequence(routes.sequence())
                .setPrevious(routes.previous())
                .setEnvironment(routes.app().environment())
                .setApp(routes.app().app());
        routes.functions().forEach(function -> message.addFunctions(of(function)));
        return message.build();
    }

    private static FunctionRoutes of(Routes.Function function) {
        FunctionRoutes.Builder message = FunctionRoutes.newBuilder()
                .setFunction(function.name())
                .setVersion(function.version())
                .setLive(function.live())
                .addAllLabels(function.labels())
                .setTimeoutMillis(function.timeoutMillis())
                .setReason(function.reason())
                .setProtocol(function.http2() ? WebProtocol.H2C : WebProtocol.HTTP1);
        for (Routes.Serving serving : function.containers()) {
            RouteContainer.Builder container = RouteContainer.newBuilder()
                    .setId(serving.id())
                    .setHost(serving.at().host())
                    .setPort(serving.at().port());
            serving.drain().ifPresent(left -> container.setDraining(true).setDrainLeftMillis(left.toMillis()));
            message.addContainers(container);
        }
        return message.build();
    }
}
