package dev.berth.scheduler.control;

import dev.berth.chassis.start.Refusal;
import dev.berth.chassis.start.Saying;
import dev.berth.chassis.start.StartWait;
import dev.berth.scheduler.store.NameLock;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Keeps this scheduler's name for it. A lease that has the name of its holder is taken over from a dead scheduler at once;
 * two that live would take it from each other for ever.
 */
@ApplicationScoped
public class OneName {
    private static final Logger LOG = Logger.getLogger(OneName.class);
    private static final Duration AGAIN = Duration.ofMillis(100);
    /** PostgreSQL may need a moment to see that a process has ended. */
    private static final Duration LINGERING = Duration.ofMillis(1500);

    private static final int BEFORE_THE_LEADER = Interceptor.Priority.LIBRARY_BEFORE + 500;

    private final NameLock lock;
    private final String name;
    private final Saying saying = new Saying(LOG);
    private volatile boolean stopping;

    OneName(NameLock lock, SchedulerConfig config) {
        this.lock = lock;
        name = config.name();
    }

    void start(@Observes @Priority(BEFORE_THE_LEADER) StartupEvent event) {
        Optional<String> refused;
        try (StartWait wait = new StartWait()) {
            refused = take(() -> wait.pause(AGAIN));
        }
        if (refused.isPresent()) {
            throw Refusal.atStart(refused.get());
        }
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
    }

    /** Tries until the name is taken or certainly another's, however long PostgreSQL is away. */
    private Optional<String> take(Runnable pause) {
        long givenUp = 0;
        while (!stopping) {
            try {
                switch (Term.await(lock.take(name))) {
                    case NameLock.Taken.Mine mine -> {
                        saying.over();
                        mine.onLoss(this::lost);
                        return Optional.empty();
                    }
                    case NameLock.Taken.Theirs theirs -> {
                        long now = System.nanoTime();
                        givenUp = givenUp == 0 ? now + LINGERING.toNanos() : givenUp;
                        if (now - givenUp > 0) {
                            return Optional.of("another scheduler named \"" + name + "\" is running (from "
                                    + theirs.from() + ", since " + theirs.since()
                                    + "): give this one a name of its own "
                                    + "with BERTH_SCHEDULER_NAME, or end the other one");
                        }
                    }
                    case NameLock.Taken.Stale stale -> LOG.debug("an old session of this scheduler ends");
                }
            } catch (RuntimeException fault) {
                saying.say("PostgreSQL does not answer; this scheduler tries again: " + fault);
            }
            pause.run();
        }
        return Optional.empty();
    }

    /** The lock went with its connection: this scheduler still lives, and takes its name again before others do. */
    private void lost() {
        if (!stopping) {
            Thread.ofVirtual()
                    .name("berth-name")
                    .start(() -> take(OneName::pause).ifPresent(Refusal::later));
        }
    }

    private static void pause() {
        try {
            Thread.sleep(AGAIN);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
