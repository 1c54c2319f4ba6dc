package dev.berth.registry.control;

import dev.berth.protocol.v1.AppSpec;
import dev.berth.protocol.v1.CallSpec;
import dev.berth.protocol.v1.FunctionSpec;
import dev.berth.protocol.v1.JobSpec;
import dev.berth.protocol.v1.Strategy;
import dev.berth.protocol.v1.WebSpec;
import dev.berth.registry.app.Kind;

/** A checked spec as it is stored and sent. */
final class SpecMessages {
    private SpecMessages() {}

    static AppSpec of(dev.berth.registry.app.AppSpec spec, String sourceDigest) {
        AppSpec.Builder message = AppSpec.newBuilder()
                .setApp(spec.app())
                .setSourceDigest(sourceDigest)
                .setSourcePath(spec.sourcePath())
                .putAllEnv(spec.env())
                .setStrategy(
                        switch (spec.strategy()) {
                            case ROLLING -> Strategy.ROLLING;
                            case RECREATE -> Strategy.RECREATE;
                        });
        spec.functions().forEach(function -> message.addFunctions(of(function)));
        return message.build();
    }

    private static FunctionSpec of(dev.berth.registry.app.FunctionSpec function) {
        FunctionSpec.Builder message = FunctionSpec.newBuilder()
                .setName(function.name())
                .addAllCommand(function.command())
                .setCpuMillis(function.cpuMillis())
                .setCpuLimited(function.cpuLimited())
                .setMemoryBytes(function.memoryBytes())
                .setMemoryLimited(function.memoryLimited())
                .setMinContainers(function.minContainers())
                .setTimeoutMillis(function.timeout().toMillis())
                .setStartupTimeoutMillis(function.startupTimeout().toMillis())
                .setStopGraceMillis(function.stopGrace().toMillis());
        switch (function.kind()) {
            case Kind.Web web ->
                message.setWeb(WebSpec.newBuilder()
                        .setPort(web.port())
                        .setReadiness(web.readiness())
                        .setLabel(web.label()));
            case Kind.Call call ->
                message.setCall(CallSpec.newBuilder().setPort(call.port()).setReadiness(call.readiness()));
            case Kind.Job job -> message.setJob(JobSpec.getDefaultInstance());
        }
        return message.build();
    }
}
