package dev.berth.scheduler.rollout;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Where a rollout is. The first two are under way; of the others each is an outcome. */
public sealed interface Step {

    default boolean underWay() {
        return this instanceof Starting || this instanceof CuttingOver;
    }

    /** Containers of the version start; the version before it serves. */
    record Starting() implements Step {
        CuttingOver cutOver(Instant now) {
            return new CuttingOver(now, OptionalLong.empty());
        }

        Failed fail(String why) {
            return new Failed(why);
        }

        Cancelled cancel(String why) {
            return new Cancelled(why);
        }
    }

    /**
     * The cutover is decided; gateways apply the routes.
     *
     * @param at when it was decided
     * @param sequence of the routes that switch; empty until they are made
     */
    record CuttingOver(Instant at, OptionalLong sequence) implements Step {
        CuttingOver published(long by) {
            return new CuttingOver(at, OptionalLong.of(by));
        }

        Live live(Instant now) {
            return new Live(at, sequence.orElseThrow(), now);
        }

        Superseded superseded(String why) {
            return new Superseded(why, at, sequence.orElse(0), Optional.empty());
        }
    }

    /** @param since when every live gateway had applied the routes */
    record Live(Instant cutAt, long sequence, Instant since) implements Step {
        Superseded superseded(String why) {
            return new Superseded(why, cutAt, sequence, Optional.of(since));
        }
    }

    /** @param liveSince empty where it was stopped before every gateway had switched to it */
    record Superseded(String reason, Instant cutAt, long sequence, Optional<Instant> liveSince) implements Step {}

    record Failed(String reason) implements Step {}

    record Cancelled(String reason) implements Step {}
}
