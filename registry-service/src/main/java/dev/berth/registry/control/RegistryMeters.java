package dev.berth.registry.control;

import dev.berth.chassis.metric.Meters;
import dev.berth.chassis.metric.Samples;
import dev.berth.protocol.metric.Metric;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** What the registry says in numbers. */
@ApplicationScoped
class RegistryMeters {
    private static final long NONE = Long.MIN_VALUE;

    private final PrometheusMeterRegistry registry;
    private final Meters meters;
    /** Nanoseconds of the steady clock when an event was first found that is not sent yet. */
    private volatile long waitingSince = NONE;

    RegistryMeters(PrometheusMeterRegistry registry) {
        this.registry = registry;
        meters = new Meters(registry);
    }

    void begin(@Observes StartupEvent event) {
        registry.getPrometheusRegistry()
                .register(Samples.reading(to -> to.add(Metric.OUTBOX_LAG, lagSeconds(System.nanoTime()))));
    }

    void made(String kind) {
        meters.count(Metric.DEPLOYS, kind);
    }

    /** The outbox was looked at, or what was found in it is sent. */
    void waits(boolean something, long nowNanos) {
        if (!something) {
            waitingSince = NONE;
        } else if (waitingSince == NONE) {
            waitingSince = nowNanos;
        }
    }

    double lagSeconds(long nowNanos) {
        long since = waitingSince;
        return since == NONE ? 0 : (nowNanos - since) / 1e9;
    }
}
