package dev.berth.registry.app;

import java.util.List;
import java.util.Map;

/** What a manifest says, checked and with its defaults filled in. */
public record AppSpec(
        String app, String sourcePath, Map<String, String> env, Strategy strategy, List<FunctionSpec> functions) {
    public AppSpec {
        env = Map.copyOf(env);
        functions = List.copyOf(functions);
    }
}
