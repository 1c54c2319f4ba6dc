package dev.berth.scheduler.control;

import dev.berth.protocol.name.Labels;
import dev.berth.protocol.v1.Strategy;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionKind;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.VersionSpec;
import java.time.Duration;
import java.util.List;

/** A registry's version as the scheduler's nouns know it. */
final class Specs {
    private Specs() {}

    static VersionSpec of(Version version) {
        List<String> names = version.getSpec().getFunctionsList().stream()
                .map(dev.berth.protocol.v1.FunctionSpec::getName).toList();
        return new VersionSpec(version.getVersion(), version.getSpecDigest(), version.getKind() == VersionKind.ROLLOVER,
                version.getSpec().getStrategy() == Strategy.RECREATE,
                version.getSpec().getFunctionsList().stream().map(function -> function(version, function, names))
                        .toList());
    }

    private static FunctionSpec function(Version version, dev.berth.protocol.v1.FunctionSpec function,
            List<String> names) {
        return new FunctionSpec(function.getName(), function.getCpuMillis(), function.getMemoryBytes(),
                function.getWeb().getPort(), Math.max(1, function.getMinContainers()),
                Duration.ofMillis(function.getTimeoutMillis()), Duration.ofMillis(function.getStartupTimeoutMillis()),
                Labels.of(version.getEnvironment(), version.getApp(), function.getName(), function.getWeb().getLabel(),
                        names));
    }
}
