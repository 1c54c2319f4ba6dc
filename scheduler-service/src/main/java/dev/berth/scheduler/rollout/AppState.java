package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.FunctionKey;
import dev.berth.scheduler.fleet.Pins;
import dev.berth.scheduler.fleet.VersionSpec;
import dev.berth.scheduler.placement.Placer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One app, as the reconciler reads it.
 *
 * @param newest the newest version of the registry whose spec is here; 0 for none
 * @param stopped the registry says that the app is stopped, and by whom; empty while it is not
 * @param live the version that the routes name; 0 for none
 * @param begun the newest version that a rollout was begun for; 0 for none
 * @param rollout the one under way, or the last one; empty before the first
 * @param versions the specs of every version that has containers, is live, or is newest
 * @param pins what the names of their images mean, as far as it is known
 * @param wanted how many containers each function should have now
 * @param containers those that are not gone
 * @param unplaced why nothing can be started
 * @param fetched where what starts of the version under way has been fetched ahead
 */
public record AppState(
        AppId id,
        int newest,
        Optional<String> stopped,
        int live,
        int begun,
        Optional<Rollout> rollout,
        Map<Integer, VersionSpec> versions,
        Pins pins,
        Map<FunctionKey, Integer> wanted,
        List<Container> containers,
        Map<FunctionKey, Crashes> crashes,
        Map<FunctionKey, Unplaced> unplaced,
        Set<Fetched> fetched) {

    public AppState {
        versions = Map.copyOf(versions);
        wanted = Map.copyOf(wanted);
        containers = List.copyOf(containers);
        crashes = Map.copyOf(crashes);
        unplaced = Map.copyOf(unplaced);
        fetched = Set.copyOf(fetched);
    }

    /** A node that has what a function's containers need. */
    public record Fetched(FunctionKey function, String node) {}

    /** Why a container could not be placed, since when. */
    public record Unplaced(Placer.Result.Unplaceable why, Instant since) {}

    int wanted(int version, String function) {
        return wanted.getOrDefault(new FunctionKey(version, function), 0);
    }
}
