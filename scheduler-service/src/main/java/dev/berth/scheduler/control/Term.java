package dev.berth.scheduler.control;

import dev.berth.scheduler.client.Publisher;
import dev.berth.scheduler.client.RegistryClient;
import dev.berth.scheduler.cluster.Cluster;
import dev.berth.scheduler.cluster.ClusterView;
import dev.berth.scheduler.cluster.Turn;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.VersionSpec;
import dev.berth.scheduler.rollout.Rollout;
import dev.berth.scheduler.store.FleetStore;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * One term of leading, from its lease to its end. What was said since the last turn is taken in together, decided together,
 * committed in one transaction, and only then sent.
 */
final class Term {
    private static final Logger LOG = Logger.getLogger(Term.class);
    private static final Duration HEAD_EVERY = Duration.ofMillis(500);
    private static final int MOST_MESSAGES = 10_000;

    private final FleetStore.Lease lease;
    private final FleetStore store;
    private final Publisher publisher;
    private final SchedulerConfig config;
    private final TurnSize turnSize;
    private final BlockingQueue<Message> inbox;
    private final LeaderMeters meters;
    private final TermClock clock;
    private final Cluster cluster;
    private final RegistryWatch watch;
    private final LiveReports reports;
    private final Showing showing;

    Term(
            FleetStore.Lease lease,
            FleetStore store,
            Publisher publisher,
            SchedulerConfig config,
            TurnSize turnSize,
            RegistryClient registry,
            BlockingQueue<Message> inbox,
            LeaderMeters meters) {
        this.lease = lease;
        this.store = store;
        this.publisher = publisher;
        this.config = config;
        this.turnSize = turnSize;
        this.inbox = inbox;
        this.meters = meters;
        clock = new TermClock(lease.at(), System.nanoTime());
        cluster = new Cluster(
                lease.epoch(),
                lease.sequence(),
                new Cluster.Patience(config.gatewayLease(), config.nodeLostAfter(), config.unknownGrace()),
                config.keptVersions(),
                Term::newId,
                clock.now());
        showing = new Showing(publisher, lease.epoch());
        watch = new RegistryWatch(registry, cluster, told -> inbox.add(new Message.Observation(told)));
        reports = new LiveReports(
                registry,
                task -> inbox.add(new Message.Observation((told, now) -> {
                    if (told == cluster) {
                        task.run();
                    }
                })));
    }

    void changed(AppName name) {
        watch.changed(name);
    }

    void load() {
        FleetStore.Stored stored = loaded();
        Map<AppId, List<VersionSpec>> versions = stored.versions().stream()
                .collect(Collectors.groupingBy(
                        Turn.VersionRow::id, Collectors.mapping(Turn.VersionRow::spec, Collectors.toList())));
        Map<AppId, List<Rollout>> rollouts = stored.rollouts().stream()
                .collect(Collectors.groupingBy(
                        Turn.RolloutRow::id, Collectors.mapping(Turn.RolloutRow::rollout, Collectors.toList())));
        Map<AppId, List<Container>> containers =
                stored.containers().stream().collect(Collectors.groupingBy(Container::app));
        Instant now = clock.now();
        for (Turn.AppRow app : stored.apps()) {
            cluster.restore(
                    app,
                    versions.getOrDefault(app.id(), List.of()),
                    rollouts.getOrDefault(app.id(), List.of()),
                    containers.getOrDefault(app.id(), List.of()),
                    now);
        }
        cluster.restorePins(stored.pins());
        cluster.restore(stored.vacated(), stored.gateways());
        cluster.restored(lease.settled());
        meters.begin(stored.rollouts());
        LOG.infof("leading with epoch %d: %d apps", lease.epoch(), stored.apps().size());
    }

    /** However long it takes: meanwhile the lease is renewed. */
    private FleetStore.Stored loaded() {
        CompletableFuture<FleetStore.Stored> loading = store.load().subscribeAsCompletionStage();
        while (true) {
            try {
                return loading.get(config.lease().dividedBy(3).toMillis(), TimeUnit.MILLISECONDS);
            } catch (java.util.concurrent.TimeoutException slow) {
                await(store.renew(lease.epoch(), config.lease()));
            } catch (ExecutionException fault) {
                throw new IllegalStateException("what is stored can't be loaded: " + fault.getCause(), fault);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while loading", interrupted);
            }
        }
    }

    void lead(BooleanSupplier stopping) {
        Instant before = clock.now();
        Instant nextHead = before;
        Instant nextRepair = before;
        Instant renewBy = before;
        while (!stopping.getAsBoolean()) {
            Instant now = clock.now();
            listen(before, now);
            before = now;
            if (!now.isBefore(nextRepair)) {
                watch.repair();
                reports.send();
                nextRepair = now.plus(config.repair());
            }
            Turn turn = cluster.turn(turnSize.size(), now);
            if (turn.changes() || !now.isBefore(renewBy)) {
                commit(turn);
                renewBy = now.plus(config.lease().dividedBy(3));
            }
            log(turn, now);
            send(turn, now);
            if (!now.isBefore(nextHead) || !turn.routes().isEmpty()) {
                // What it says is shown was sent before it.
                boolean allShown = cluster.allShown(now) && showing.heard();
                publisher.head(lease.epoch(), turn.sequence(), allShown, config.address());
                showing.again(cluster.view());
                nextHead = now.plus(HEAD_EVERY);
            }
            takeIn(Stream.concat(turn.wakeAt().stream(), Stream.of(nextHead, nextRepair, renewBy))
                    .min(Instant::compareTo)
                    .orElseThrow());
            if (cluster.highestEpoch() > lease.epoch()) {
                throw new HigherEpochException(lease.epoch(), cluster.highestEpoch(), cluster.highestSequence());
            }
        }
    }

    /** What was said while the bus was away or this loop stood still may not have come: silence means nothing then. */
    private void listen(Instant before, Instant now) {
        Duration gap = Duration.between(before, now);
        if (gap.compareTo(config.gatewayLease().dividedBy(3)) > 0) {
            LOG.infof(
                    "this scheduler stood still for %d ms; it listens for one lease before it counts on silence",
                    gap.toMillis());
            cluster.deaf(now);
        } else if (!publisher.connected()) {
            cluster.deaf(now);
        }
    }

    private void commit(Turn turn) {
        try {
            await(store.commit(lease.epoch(), config.lease(), turn));
            turnSize.committed();
        } catch (TimeoutException late) {
            turnSize.tookTooLong();
            throw late;
        }
    }

    private void log(Turn turn, Instant now) {
        turn.faults()
                .forEach(
                        fault -> LOG.errorf(fault.why(), "%s is set aside: nothing can be decided for it", fault.id()));
        turn.containers()
                .forEach(container -> LOG.debugf(
                        "%s of %s v%d %s on %s: %s, %s",
                        container.id(),
                        container.app(),
                        container.version(),
                        container.function(),
                        container.node(),
                        container.goal(),
                        container.seen()));
        turn.rollouts().forEach(row -> {
            LOG.infof(
                    "%s v%d: %s",
                    row.id(), row.rollout().version(), row.rollout().step());
            meters.rollout(row, now);
        });
    }

    private void send(Turn turn, Instant now) {
        for (String node : turn.orders()) {
            publisher.order(cluster.order(node, now), lease.epoch(), cluster::digest, cluster::image);
        }
        turn.routes().forEach(routes -> publisher.routes(routes, lease.epoch()));
        ClusterView.Shown shown = cluster.view().take();
        shown.nodes().forEach(meters::node);
        showing.show(shown);
        reports.say(turn.serving());
    }

    private void takeIn(Instant until) {
        try {
            long millis = Math.max(0, Duration.between(clock.now(), until).toMillis() + 1);
            Message message = inbox.poll(millis, TimeUnit.MILLISECONDS);
            for (int taken = 0; message != null && taken < MOST_MESSAGES; taken++) {
                take(message);
                message = inbox.poll();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(Message message) {
        Instant now = clock.now();
        switch (message) {
            case Message.Observation observation -> observation.tell().accept(cluster, now);
            case Message.Question<?> question -> question.answer(cluster, now);
        }
    }

    static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Leader.PATIENCE);
    }

    private static String newId() {
        return "c-" + Long.toString(ThreadLocalRandom.current().nextLong(1L << 50, 1L << 55), 36);
    }
}
