package dev.berth.registry.control;

import dev.berth.registry.app.AppSpec;
import dev.berth.registry.app.Problem;
import dev.berth.registry.app.Version;
import java.util.List;
import java.util.Optional;

/** What a deploy would do. */
public sealed interface Plan {
    /**
     * @param proposed what the deploy would store
     * @param current the newest version as it is; empty for a new app
     */
    record Sound(AppSpec proposed, Optional<Version> current, boolean identical) implements Plan {}

    record Refused(List<Problem> problems) implements Plan {}
}
