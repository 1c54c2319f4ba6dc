package dev.berth.cli.local;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Ends a local Berth from outside. */
public final class Down {
    private Down() {}

    /** True where one was running. */
    public static boolean end(Home home) throws IOException {
        Optional<Pid> supervisor = Supervisor.running(home);
        if (supervisor.isPresent()) {
            // Itself alone: it ends its children in order.
            Process kill = new ProcessBuilder(
                            "kill", "-TERM", String.valueOf(supervisor.get().number()))
                    .start();
            try {
                kill.waitFor(5, TimeUnit.SECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            supervisor.get().awaitEnd(Duration.ofSeconds(60));
        }
        Supervisor.endLeftovers(home);
        return supervisor.isPresent();
    }
}
