package dev.berth.scheduler.fleet;

import java.util.List;

/**
 * A version as the scheduler sees it.
 *
 * @param digest equal for versions whose containers are interchangeable
 * @param fresh true where running containers of the same spec must not be taken over (a rollover)
 * @param recreate true where the old containers end before the new ones start
 */
public record VersionSpec(int version, String digest, boolean fresh, boolean recreate, List<FunctionSpec> functions) {
    public VersionSpec {
        functions = List.copyOf(functions);
    }

    public FunctionSpec function(String name) {
        return functions.stream().filter(function -> function.name().equals(name)).findFirst().orElseThrow();
    }
}
