package dev.berth.scheduler.fleet;

import java.time.Instant;
import java.util.OptionalLong;

/** What a container should do. It only moves forward, but for a draining one that is taken back. */
public sealed interface Goal {

    /** Serve. */
    record Run() implements Goal {
        public Drain drain(int by, Instant deadline) {
            return new Drain(by, deadline, OptionalLong.empty());
        }

        public Stop stop() {
            return new Stop();
        }
    }

    /**
     * Take nothing new, and finish what was accepted.
     *
     * @param by the version whose cutover drains it, for that rollout's receipt; 0 for none
     * @param deadline when what is still in flight is cut, if all gateways know of it at once
     * @param shownAt the first routes that show it draining; empty until they are published
     */
    record Drain(int by, Instant deadline, OptionalLong shownAt) implements Goal {
        public Drain shown(long sequence) {
            return new Drain(by, deadline, OptionalLong.of(sequence));
        }

        public Run takeBack() {
            return new Run();
        }

        public Stop stop() {
            return new Stop();
        }
    }

    /** Have here what a container needs to start, and end: nothing of it runs, and it holds nothing of the node's. */
    record Fetch() implements Goal {
        public Stop stop() {
            return new Stop();
        }
    }

    /** End. */
    record Stop() implements Goal {}
}
