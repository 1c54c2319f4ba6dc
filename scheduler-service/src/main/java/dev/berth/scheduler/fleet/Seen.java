package dev.berth.scheduler.fleet;

import java.time.Instant;
import java.util.Optional;

/** What a container was last seen doing. */
public sealed interface Seen {
    /** What it is seen doing after the agent's next word; the same where that says nothing new. */
    Seen next(Sighting sighting, Instant now);

    /** Nobody has reported it yet. */
    record Ordered() implements Seen {
        @Override
        public Seen next(Sighting sighting, Instant now) {
            return first(sighting, now);
        }
    }

    /** @param reason why it is not ready yet, for people; may be empty */
    record Starting(String reason) implements Seen {
        @Override
        public Seen next(Sighting sighting, Instant now) {
            return first(sighting, now);
        }
    }

    /** It can take requests. */
    record Ready(Address at, Instant since) implements Seen {
        @Override
        public Seen next(Sighting sighting, Instant now) {
            return switch (sighting) {
                // An agent that has just restarted probes what it adopted; until it finds out, the container is as it
                // was.
                case Sighting.Starting probed -> this;
                case Sighting.Ready ready -> new Ready(ready.at(), since);
                case Sighting.Stopping stopping -> new Stopping(Optional.of(at));
                case Sighting.Gone gone -> new Gone(gone.ending());
            };
        }
    }

    /** @param at where it listened; empty where it never did */
    record Stopping(Optional<Address> at) implements Seen {
        @Override
        public Seen next(Sighting sighting, Instant now) {
            return switch (sighting) {
                // What an agent adopts it may find alive; it was told to stop, and that is not taken back.
                case Sighting.Starting adopted -> this;
                case Sighting.Ready adopted -> this;
                case Sighting.Stopping stopping -> this;
                case Sighting.Gone gone -> new Gone(gone.ending());
            };
        }
    }

    /** It is no more. */
    record Gone(Ending ending) implements Seen {
        @Override
        public Seen next(Sighting sighting, Instant now) {
            return this;
        }
    }

    private static Seen first(Sighting sighting, Instant now) {
        return switch (sighting) {
            case Sighting.Starting starting -> new Starting(starting.reason());
            case Sighting.Ready ready -> new Ready(ready.at(), now);
            case Sighting.Stopping stopping -> new Stopping(Optional.empty());
            case Sighting.Gone gone -> new Gone(gone.ending());
        };
    }
}
