package dev.berth.registry.store;

import dev.berth.registry.app.AppName;
import dev.berth.registry.app.AppSpec;
import dev.berth.registry.app.FunctionSpec;
import dev.berth.registry.app.Kind;
import dev.berth.registry.app.Origin;
import dev.berth.registry.app.Strategy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Small specs, and deploys of them. */
final class Specs {
    private Specs() {}

    static FunctionSpec function(String name, Kind kind, String... command) {
        return new FunctionSpec(
                name,
                kind,
                List.of(command),
                100,
                false,
                1 << 20,
                false,
                1,
                Duration.ofSeconds(300),
                Duration.ofSeconds(120),
                Duration.ofSeconds(10),
                Optional.empty(),
                "",
                false,
                0,
                "");
    }

    static FunctionSpec web(String name, String label, String... command) {
        return function(name, new Kind.Web(0, "", label, Kind.Protocol.HTTP1), command);
    }

    static AppSpec spec(String app, Map<String, String> env, FunctionSpec... functions) {
        return new AppSpec(app, "", "", env, Strategy.ROLLING, List.of(functions));
    }

    static AppSpec spec(String app, FunctionSpec... functions) {
        return spec(app, Map.of(), functions);
    }

    static AppStore.NewVersion deploy(AppSpec spec, Instant at) {
        return deploy("main", spec, at);
    }

    static AppStore.NewVersion deploy(String environment, AppSpec spec, Instant at) {
        return new AppStore.NewVersion(
                new AppName(environment, spec.app()),
                new Origin.Deploy(),
                "ada",
                at,
                "a tag",
                "a commit",
                spec,
                "digest",
                true);
    }
}
