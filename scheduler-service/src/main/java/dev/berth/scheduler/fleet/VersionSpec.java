package dev.berth.scheduler.fleet;

import java.util.List;
import java.util.Optional;

/**
 * A version as the scheduler sees it.
 *
 * @param fresh true where running containers of the same spec must not be taken over (a rollover)
 * @param recreate true where the old containers end before the new ones start
 */
public record VersionSpec(int version, boolean fresh, boolean recreate, List<FunctionSpec> functions) {
    public VersionSpec {
        functions = List.copyOf(functions);
    }

    public Optional<FunctionSpec> find(String name) {
        return functions.stream()
                .filter(function -> function.name().equals(name))
                .findFirst();
    }

    public FunctionSpec function(String name) {
        return find(name).orElseThrow();
    }
}
