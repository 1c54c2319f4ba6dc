package dev.berth.scheduler.control;

import dev.berth.protocol.v1.AppRoutes;
import dev.berth.protocol.v1.DesiredContainer;
import dev.berth.protocol.v1.FunctionRoutes;
import dev.berth.protocol.v1.FunctionSpec;
import dev.berth.protocol.v1.Goal;
import dev.berth.protocol.v1.RouteContainer;
import dev.berth.protocol.v1.Version;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.rollout.Routes;

/** What the conductor decided, as it is sent. */
final class Messages {
    private Messages() {}

    static AppRoutes routes(Routes routes, long epoch) {
        AppRoutes.Builder message = AppRoutes.newBuilder().setEpoch(epoch).setSequence(routes.sequence())
                .setPrevious(routes.previous()).setEnvironment(routes.app().environment()).setApp(routes.app().app());
        routes.functions().forEach(function -> message.addFunctions(function(function)));
        return message.build();
    }

    private static FunctionRoutes function(Routes.Function function) {
        FunctionRoutes.Builder message = FunctionRoutes.newBuilder().setFunction(function.name())
                .setVersion(function.version()).setLive(function.live()).addAllLabels(function.labels())
                .setTimeoutMillis(function.timeoutMillis()).setReason(function.reason());
        for (Routes.Backend backend : function.containers()) {
            boolean draining = backend.drainDeadline() != null;
            message.addContainers(RouteContainer.newBuilder().setId(backend.id()).setHost(backend.host())
                    .setPort(backend.port()).setDraining(draining)
                    .setDrainDeadline(draining ? backend.drainDeadline().toEpochMilli() : 0));
        }
        return message.build();
    }

    static DesiredContainer desired(Container container, Version version) {
        FunctionSpec function = version.getSpec().getFunctionsList().stream()
                .filter(spec -> spec.getName().equals(container.function())).findFirst().orElseThrow();
        return DesiredContainer.newBuilder().setId(container.id()).setEnvironment(container.app().environment())
                .setApp(container.app().app()).setVersion(container.version()).setFunction(function)
                .putAllEnv(version.getSpec().getEnvMap()).setSourceDigest(version.getSpec().getSourceDigest())
                .setGoal(switch (container.goal()) {
                    case RUN -> Goal.RUN;
                    case DRAIN -> Goal.DRAIN;
                    case STOP -> Goal.STOP;
                }).build();
    }
}
