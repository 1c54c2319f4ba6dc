package dev.berth.registry.control;

import dev.berth.protocol.v1.AppSpec;
import dev.berth.protocol.v1.FunctionSpec;
import dev.berth.protocol.v1.Strategy;
import dev.berth.protocol.v1.WebSpec;

/** A checked spec as it is stored and sent. */
final class SpecMessages {
    private SpecMessages() {}

    static AppSpec of(dev.berth.registry.app.AppSpec spec, String sourceDigest) {
        AppSpec.Builder message = AppSpec.newBuilder().setApp(spec.app()).setSourceDigest(sourceDigest)
                .setSourcePath(spec.sourcePath()).putAllEnv(spec.env()).setStrategy(switch (spec.strategy()) {
                    case ROLLING -> Strategy.ROLLING;
                    case RECREATE -> Strategy.RECREATE;
                });
        spec.functions().forEach(function -> message.addFunctions(of(function)));
        return message.build();
    }

    private static FunctionSpec of(dev.berth.registry.app.FunctionSpec function) {
        return FunctionSpec.newBuilder().setName(function.name())
                .setWeb(WebSpec.newBuilder().setPort(function.web().port()).setReadiness(function.web().readiness())
                        .setLabel(function.web().label()))
                .addAllCommand(function.command()).setCpuMillis(function.cpuMillis())
                .setCpuLimited(function.cpuLimited())
                .setMemoryBytes(function.memoryBytes()).setMemoryLimited(function.memoryLimited())
                .setMinContainers(function.minContainers()).setTimeoutMillis(function.timeout().toMillis())
                .setStartupTimeoutMillis(function.startupTimeout().toMillis())
                .setStopGraceMillis(function.stopGrace().toMillis()).build();
    }
}
