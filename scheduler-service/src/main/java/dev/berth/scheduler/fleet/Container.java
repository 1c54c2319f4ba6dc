package dev.berth.scheduler.fleet;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * One container: what it holds, what it should do, and what it was last seen doing.
 *
 * @param version the version that it counts for; a container taken back by a rollback counts for the new version
 */
public record Container(
        String id, AppId app, int version, String function, Allocation on, Instant orderedAt, Goal goal, Seen seen) {

    public static Container ordered(String id, AppId app, int version, String function, Allocation on, Instant now) {
        return new Container(id, app, version, function, on, now, new Goal.Run(), new Seen.Ordered());
    }

    /** What has a node fetch what a container of this function needs, ahead of its start. */
    public static Container fetching(String id, AppId app, int version, String function, String node, Instant now) {
        return new Container(
                id,
                app,
                version,
                function,
                new Allocation(node, 0, 0, 0, Set.of()),
                now,
                new Goal.Fetch(),
                new Seen.Ordered());
    }

    public String node() {
        return on.node();
    }

    public Container seen(Seen now) {
        return new Container(id, app, version, function, on, orderedAt, goal, now);
    }

    public Container drain(int by, Instant deadline) {
        return should(
                switch (goal) {
                    case Goal.Run run -> run.drain(by, deadline);
                    case Goal.Drain draining -> throw impossible("drain");
                    case Goal.Fetch fetching -> throw impossible("drain");
                    case Goal.Stop stopping -> throw impossible("drain");
                });
    }

    /** Routes that show it draining were published. */
    public Container shown(long sequence) {
        return should(
                switch (goal) {
                    case Goal.Run run -> throw impossible("be shown draining");
                    case Goal.Drain drain -> drain.shown(sequence);
                    case Goal.Fetch fetching -> throw impossible("be shown draining");
                    case Goal.Stop stopping -> throw impossible("be shown draining");
                });
    }

    public Container takenBackFor(int newVersion) {
        Goal back =
                switch (goal) {
                    case Goal.Run run -> throw impossible("be taken back");
                    case Goal.Drain drain -> drain.takeBack();
                    case Goal.Fetch fetching -> throw impossible("be taken back");
                    case Goal.Stop stopping -> throw impossible("be taken back");
                };
        return new Container(id, app, newVersion, function, on, orderedAt, back, seen);
    }

    public Container stop() {
        return should(
                switch (goal) {
                    case Goal.Run run -> run.stop();
                    case Goal.Drain drain -> drain.stop();
                    case Goal.Fetch fetch -> fetch.stop();
                    case Goal.Stop stopping -> throw impossible("stop");
                });
    }

    private Container should(Goal now) {
        return new Container(id, app, version, function, on, orderedAt, now, seen);
    }

    private IllegalStateException impossible(String what) {
        return new IllegalStateException(id + " of " + app + " can't " + what + ": it is " + goal);
    }

    /** True where it can take requests. */
    public boolean ready() {
        return seen instanceof Seen.Ready;
    }

    /** True where it should run, and has not ended. */
    public boolean running() {
        return goal instanceof Goal.Run && !(seen instanceof Seen.Gone);
    }

    /** True where it fetches what a later one needs. */
    public boolean fetching() {
        return goal instanceof Goal.Fetch;
    }

    public Optional<Goal.Drain> draining() {
        return goal instanceof Goal.Drain drain ? Optional.of(drain) : Optional.empty();
    }

    /** Where it listens, or did until it was told to stop. */
    public Optional<Address> address() {
        return switch (seen) {
            case Seen.Ordered ordered -> Optional.empty();
            case Seen.Starting starting -> Optional.empty();
            case Seen.Ready ready -> Optional.of(ready.at());
            case Seen.Stopping stopping -> stopping.at();
            case Seen.Gone gone -> Optional.empty();
        };
    }

    /** What its agent last said of it, for people; empty where there is nothing to say. */
    public String reason() {
        return switch (seen) {
            case Seen.Ordered ordered -> "";
            case Seen.Starting starting -> starting.reason();
            case Seen.Ready ready -> "";
            case Seen.Stopping stopping -> "";
            case Seen.Gone gone -> gone.ending().reason();
        };
    }
}
