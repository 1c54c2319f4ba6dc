package dev.berth.registry.app;

import dev.berth.protocol.name.Labels;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a manifest says, checked and with its defaults filled in.
 *
 * @param sourceDigest of the source bundle; empty where there is none
 * @param sourcePath what the manifest calls it, for people
 */
public record AppSpec(
        String app,
        String sourceDigest,
        String sourcePath,
        Map<String, String> env,
        Strategy strategy,
        List<FunctionSpec> functions) {
    public AppSpec {
        env = Map.copyOf(env);
        functions = List.copyOf(functions);
    }

    /** The same with a source bundle. */
    public AppSpec withSource(String digest) {
        return new AppSpec(app, digest, sourcePath, env, strategy, functions);
    }

    /** The same with other functions. */
    public AppSpec withFunctions(List<FunctionSpec> others) {
        return new AppSpec(app, sourceDigest, sourcePath, env, strategy, others);
    }

    /** All that its functions with HTTP traffic answer under. */
    public Set<String> labels(String environment) {
        Map<String, String> chosen = new LinkedHashMap<>();
        functions.forEach(function -> {
            if (function.kind() instanceof Kind.Web web) {
                chosen.put(function.name(), web.label());
            }
        });
        List<String> names = List.copyOf(chosen.keySet());
        Set<String> labels = new LinkedHashSet<>();
        chosen.forEach((function, label) -> labels.addAll(Labels.of(environment, app, function, label, names)));
        return labels;
    }
}
