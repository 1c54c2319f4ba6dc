package dev.berth.scheduler.fleet;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A version as the scheduler sees it.
 *
 * @param fresh true where running containers of the same spec must not be taken over (a rollover)
 * @param recreate true where the old containers end before the new ones start
 * @param repeats the version that it is a copy of (a rollback, a rollover); 0 for a deploy
 */
public record VersionSpec(int version, boolean fresh, boolean recreate, int repeats, List<FunctionSpec> functions) {
    public VersionSpec {
        functions = List.copyOf(functions);
        if (repeats < 0 || repeats != 0 && repeats >= version) {
            throw new IllegalArgumentException("v" + version + " can't be a copy of v" + repeats);
        }
    }

    /** The names of its images, as the manifest has them. */
    public Set<String> images() {
        return functions.stream()
                .flatMap(function -> function.image().stream())
                .map(Image::name)
                .collect(Collectors.toSet());
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
