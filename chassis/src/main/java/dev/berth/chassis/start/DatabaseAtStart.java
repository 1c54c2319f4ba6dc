package dev.berth.chassis.start;

import dev.berth.protocol.given.GivenDatabase;
import dev.berth.protocol.given.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Waits for PostgreSQL, which may be started after those that need it. */
public final class DatabaseAtStart {
    private static final Logger LOG = Logger.getLogger(DatabaseAtStart.class);
    private static final Duration AGAIN = Duration.ofMillis(300);

    private DatabaseAtStart() {}

    /**
     * Returns once the server can be used; ends the service where waiting does not help.
     *
     * @param schemas that the service needs there
     */
    public static void await(GivenDatabase database, List<String> schemas) {
        Saying saying = new Saying(LOG);
        try (StartWait wait = new StartWait()) {
            for (Optional<Problem> problem = database.look(schemas);
                    problem.isPresent();
                    problem = database.look(schemas)) {
                if (problem.get().lasting()) {
                    throw Refusal.atStart(problem.get().sentence());
                }
                saying.say(problem.get().sentence() + "; this service waits for it");
                wait.pause(AGAIN);
            }
        }
    }
}
