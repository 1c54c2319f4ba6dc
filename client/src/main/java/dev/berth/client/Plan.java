package dev.berth.client;

import java.util.List;
import java.util.Optional;

/**
 * What a deploy would do.
 *
 * @param identical nothing would change, and no version would be made
 * @param currentVersion the newest one; none of a new app
 * @param changes of the spec, a line each
 * @param cycles the containers that would be replaced, a line each
 */
public record Plan(
        String environment,
        String app,
        boolean identical,
        Optional<Integer> currentVersion,
        int nextVersion,
        List<String> changes,
        List<String> cycles,
        List<Version.Function> functions) {
    public Plan {
        changes = changes == null ? List.of() : List.copyOf(changes);
        cycles = cycles == null ? List.of() : List.copyOf(cycles);
        functions = functions == null ? List.of() : List.copyOf(functions);
    }
}
