package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.VersionSpec;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/**
 * One app, as the reconciler reads it.
 *
 * @param newest the newest version of the registry whose spec is here; 0 for none
 * @param stopped the registry says that the app is stopped
 * @param live the version that the routes name; 0 for none
 * @param begun the newest version that a rollout was begun for; 0 for none
 * @param rollout the one under way, or the last one; null before the first
 * @param versions the specs of every version that has containers, is live, or is newest
 * @param containers those that are not gone
 * @param crashes by version and function
 * @param unplaced why nothing can be started, by version and function
 */
public record AppState(AppId id, int newest, boolean stopped, String stoppedBy, int live, int begun, Rollout rollout,
        Map<Integer, VersionSpec> versions, Collection<Container> containers, Map<FunctionKey, Crashes> crashes,
        Map<FunctionKey, Unplaced> unplaced) {

    /** A function of one version. */
    public record FunctionKey(int version, String function) {}

    /** Why a container could not be placed, since when. */
    public record Unplaced(String reason, Instant since) {}
}
