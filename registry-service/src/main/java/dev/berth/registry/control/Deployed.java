package dev.berth.registry.control;

import dev.berth.registry.app.Problem;
import dev.berth.registry.app.Version;
import java.util.List;

/** What came of a deploy, rollback or rollover. */
public sealed interface Deployed {
    record Created(Version version) implements Deployed {}

    /** The newest version is the same already. */
    record Identical(Version version) implements Deployed {}

    /** Nothing was stored. */
    record Refused(List<Problem> problems) implements Deployed {}
}
