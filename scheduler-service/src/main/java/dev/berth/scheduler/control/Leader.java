package dev.berth.scheduler.control;

import dev.berth.scheduler.client.Publisher;
import dev.berth.scheduler.client.RegistryClient;
import dev.berth.scheduler.cluster.Cluster;
import dev.berth.scheduler.cluster.Routes;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.store.FleetStore;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jboss.logging.Logger;

/**
 * One thread of its own that leads, or waits to lead. Whatever goes wrong with a commit ends the term: the state is loaded
 * anew under a higher epoch, so memory never runs ahead of PostgreSQL.
 */
@ApplicationScoped
public class Leader {
    /**
     * Every app's routes at one sequence.
     *
     * @param mayBeIncomplete an app that is not named may run all the same
     */
    public record AllRoutes(long epoch, long sequence, List<Routes> apps, boolean mayBeIncomplete) {}

    private static final Logger LOG = Logger.getLogger(Leader.class);
    static final Duration PATIENCE = Duration.ofSeconds(4);

    private final FleetStore store;
    private final RegistryClient registry;
    private final Publisher publisher;
    private final SchedulerConfig config;
    private final PrometheusMeterRegistry metrics;
    private final LeaderMeters meters;
    private final TurnSize turnSize = new TurnSize();
    private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofPlatform().name("berth-leader").unstarted(this::run);
    private volatile boolean stopping;
    /** Of the term under way; null while this scheduler does not lead. */
    private volatile Term term;

    Leader(
            FleetStore store,
            RegistryClient registry,
            Publisher publisher,
            SchedulerConfig config,
            PrometheusMeterRegistry metrics) {
        this.store = store;
        this.registry = registry;
        this.publisher = publisher;
        this.config = config;
        this.metrics = metrics;
        meters = new LeaderMeters(metrics);
    }

    void start(@Observes StartupEvent event) {
        metrics.getPrometheusRegistry().register(meters.reading());
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        thread.interrupt();
        thread.join(PATIENCE);
    }

    /** Leaves an observation; where this scheduler does not lead, it is dropped: everything is said again. */
    public void tell(BiConsumer<Cluster, Instant> observation) {
        if (term != null) {
            inbox.add(new Message.Observation(observation));
        }
    }

    /**
     * An answer from the cluster's state, between two turns.
     *
     * @throws io.grpc.StatusRuntimeException UNAVAILABLE where this scheduler does not lead
     */
    private <T> Uni<T> ask(BiFunction<Cluster, Instant, T> question) {
        return Uni.createFrom().<T>emitter(emitter -> {
            Message.Question<T> asked = new Message.Question<>(question, emitter);
            inbox.add(asked);
            // After it is in: a term that ends now refuses what it finds.
            if (term == null && inbox.remove(asked)) {
                asked.refuse();
            }
        });
    }

    /** Every app's routes, for a gateway that starts or has missed some. */
    public Uni<AllRoutes> routes(String gateway, String incarnation) {
        return ask((asked, now) -> {
            // Here, where decisions are made: none that is made after this overlooks it.
            asked.gatewayReads(gateway, incarnation, now);
            return new AllRoutes(asked.epoch(), asked.sequence(), asked.allRoutes(), asked.mayBeIncomplete(now));
        });
    }

    public void busConnected() {
        tell((told, now) -> {
            told.repeatOrders();
            told.allRoutes().forEach(routes -> publisher.routes(routes, told.epoch()));
            told.view().showAllAgain();
        });
    }

    /** A leader's head came over the bus. */
    public void heardHead(long epoch) {
        tell((told, now) -> {
            if (epoch == told.epoch()) {
                told.heardHead(now);
            }
        });
    }

    public void appChanged(AppName name) {
        Term now = term;
        if (now != null) {
            inbox.add(new Message.Observation((told, at) -> now.changed(name)));
        }
    }

    private void run() {
        long above = 0;
        long sequence = 0;
        while (!stopping) {
            try {
                Optional<FleetStore.Lease> lease =
                        Term.await(store.acquire(config.name(), config.lease(), above, sequence));
                if (lease.isPresent()) {
                    lead(lease.get());
                } else {
                    pause(Duration.ofMillis(500));
                }
            } catch (HigherEpochException higher) {
                LOG.warnf("leading ended: %s", higher.getMessage());
                above = higher.epoch();
                sequence = higher.sequence();
            } catch (RuntimeException fault) {
                if (!stopping) {
                    LOG.warnf("leading ended, trying again: %s", fault.toString());
                    pause(Duration.ofMillis(300));
                }
            }
        }
    }

    private void lead(FleetStore.Lease lease) {
        Term next = new Term(lease, store, publisher, config, turnSize, registry, inbox, meters);
        next.load();
        term = next;
        try {
            next.lead(() -> stopping);
        } finally {
            term = null;
            meters.end();
            release(lease.epoch());
            refuseQuestions();
        }
    }

    private void release(long epoch) {
        try {
            // The loop is interrupted when it should stop; the lease is given up all the same.
            boolean interrupted = Thread.interrupted();
            Term.await(store.release(epoch));
            if (interrupted) {
                thread.interrupt();
            }
        } catch (RuntimeException fault) {
            LOG.debugf("the lease ends by itself: %s", fault.getMessage());
        }
    }

    private void refuseQuestions() {
        for (Message message = inbox.poll(); message != null; message = inbox.poll()) {
            if (message instanceof Message.Question<?> question) {
                question.refuse();
            }
        }
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
