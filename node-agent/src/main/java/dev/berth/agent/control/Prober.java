package dev.berth.agent.control;

import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.Probe;
import java.io.IOException;
import java.time.Duration;

/** Asks one container whether it is ready, until it is, or has ended. A thread of its own: an answer may take its time. */
final class Prober {
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

    private final ContainerRuntime runtime;
    private final String id;
    private final String host;
    private final int port;
    private final String readiness;
    private final Runnable ready;

    /** @param ready told once, from another thread */
    Prober(ContainerRuntime runtime, String id, String host, int port, String readiness, Runnable ready) {
        this.runtime = runtime;
        this.id = id;
        this.host = host;
        this.port = port;
        this.readiness = readiness;
        this.ready = ready;
    }

    void start() {
        Thread.ofVirtual().name("probe-" + id).start(this::run);
    }

    private void run() {
        Duration pause = SHORTEST_PAUSE;
        while (answerMatters()) {
            if (Probe.ready(host, port, readiness)) {
                ready.run();
                return;
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException interrupted) {
                return;
            }
            pause = pause.multipliedBy(5).dividedBy(4);
            pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        }
    }

    private boolean answerMatters() {
        try {
            return runtime.exit(id).isEmpty();
        } catch (IOException unknown) {
            // The loop says what is wrong with it, and ends it where it is over.
            return true;
        }
    }
}
