package dev.berth.agent.control;

import dev.berth.agent.runtime.Probe;
import java.time.Duration;

/** Asks one container whether it is ready until it is. Blocks: an answer may take its time. */
final class Prober {
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    private Prober() {}

    /** @throws InterruptedException where the answer matters no more */
    static void awaitReady(String host, int port, String readiness) throws InterruptedException {
        Duration pause = SHORTEST_PAUSE;
        while (!Probe.ready(host, port, readiness)) {
            Thread.sleep(pause);
            pause = pause.multipliedBy(5).dividedBy(4);
            pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        }
    }
}
