package dev.berth.registry.control;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Starts the timers last of all: a registry that ends while it starts must not have done their work. */
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
