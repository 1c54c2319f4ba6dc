package dev.berth.registry.control;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** What is done every so often begins last of all: a registry that is not to begin must not have begun with that. */
@ApplicationScoped
class Rounds {
    private final Scheduler scheduler;

    Rounds(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    void begin(@Observes StartupEvent event) {
        if (scheduler.isStarted()) {
            scheduler.resume();
        }
    }
}
