package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Pins;
import dev.berth.scheduler.rollout.Rollout;
import java.util.List;
import java.util.Map;

/**
 * One app as people see it, as of the end of a turn.
 *
 * @param live the version that serves; 0 for none
 * @param rolling the version that is on its way; 0 for none
 * @param reasons why something is not as it should be
 * @param rollouts by version, those that still matter
 * @param pins what the names of its versions' images mean, as far as it is known
 * @param progress of the rollout of {@code newest}, in one line; may be empty
 */
public record AppView(
        AppId id,
        int live,
        int rolling,
        List<String> reasons,
        Map<Integer, Rollout> rollouts,
        int newest,
        String progress,
        List<Container> containers,
        Pins pins) {
    public AppView {
        reasons = List.copyOf(reasons);
    }

    /** In one line; empty for a version that is not the newest. */
    public String progressOf(int version) {
        return version == newest ? progress : "";
    }
}
