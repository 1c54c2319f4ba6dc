package dev.berth.scheduler.control;

import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.AppRoutes;
import dev.berth.protocol.v1.NodeDesired;
import dev.berth.protocol.v1.RouteTable;
import dev.berth.protocol.v1.Version;
import dev.berth.scheduler.bus.Orders;
import dev.berth.scheduler.client.RegistryClient;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.rollout.Conductor;
import dev.berth.scheduler.rollout.Rollout;
import dev.berth.scheduler.rollout.Routes;
import dev.berth.scheduler.rollout.Turn;
import dev.berth.scheduler.store.FleetStore;
import io.grpc.Status;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * One thread of its own that leads, or waits to lead. What was said since the last turn is taken in together, decided
 * together, committed in one transaction, and only then sent. Whatever goes wrong with a commit ends the term: the
 * state is loaded anew under a higher epoch, so memory never runs ahead of PostgreSQL.
 */
@ApplicationScoped
public class Leader {
    /** Something to tell the conductor. */
    public interface Message {
        void tell(Conductor conductor, Instant now);
    }

    private static final Logger LOG = Logger.getLogger(Leader.class);
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    private static final Duration HEAD_EVERY = Duration.ofMillis(500);
    private static final int MOST_MESSAGES = 10_000;

    private final FleetStore store;
    private final RegistryClient registry;
    private final Orders orders;
    private final SchedulerConfig config;
    private final InstantSource clock = InstantSource.system();
    private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofPlatform().name("berth-leader").unstarted(this::run);
    private volatile boolean stopping;
    private volatile boolean leading;

    // Of the present term; only the loop touches them.
    private Conductor conductor;
    private final Map<AppId, TreeMap<Integer, Version>> versions = new HashMap<>();
    private final List<Version> uncommitted = new ArrayList<>();
    private final Set<AppId> fetching = new HashSet<>();
    private boolean repairing;

    Leader(FleetStore store, RegistryClient registry, Orders orders, SchedulerConfig config) {
        this.store = store;
        this.registry = registry;
        this.orders = orders;
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        thread.interrupt();
        thread.join(PATIENCE);
    }

    /** Leaves a message; where this scheduler does not lead, it is dropped: everything is said again. */
    public void tell(Message message) {
        if (leading) {
            inbox.add(message);
        }
    }

    /**
     * An answer from the conductor's state, between two turns.
     *
     * @throws io.grpc.StatusRuntimeException UNAVAILABLE where this scheduler does not lead
     */
    public <T> Uni<T> ask(BiFunction<Conductor, Instant, T> question) {
        return Uni.createFrom().emitter(emitter -> {
            if (!leading) {
                emitter.fail(Status.UNAVAILABLE.withDescription("the scheduler does not lead yet; try again")
                        .asRuntimeException());
                return;
            }
            inbox.add((asked, now) -> emitter.complete(question.apply(asked, now)));
        });
    }

    public void busConnected() {
        tell((told, now) -> {
            told.repeatAll();
            told.allRoutes().forEach(routes -> orders.routes(Messages.routes(routes, told.epoch())));
        });
    }

    public void appChanged(AppId id) {
        tell((told, now) -> fetch(id));
    }

    private void run() {
        while (!stopping) {
            try {
                Optional<FleetStore.Lease> lease = await(store.acquire(config.name(), config.lease()));
                if (lease.isPresent()) {
                    lead(lease.get());
                } else {
                    pause(Duration.ofMillis(500));
                }
            } catch (RuntimeException fault) {
                if (!stopping) {
                    LOG.warnf("leading ended, trying again: %s", fault.toString());
                    pause(Duration.ofMillis(300));
                }
            } finally {
                leading = false;
                inbox.clear();
            }
        }
    }

    private void lead(FleetStore.Lease lease) {
        load(lease);
        leading = true;
        LOG.infof("leading with epoch %d: %d apps", lease.epoch(), conductor.apps().size());
        Instant nextHead = clock.instant();
        Instant nextRepair = nextHead;
        Instant renewBy = nextHead;
        try {
            while (!stopping) {
                Instant now = clock.instant();
                conductor.bus(orders.connected(), now);
                if (!now.isBefore(nextRepair)) {
                    repair();
                    nextRepair = now.plus(config.repair());
                }
                Turn turn = conductor.turn(clock.instant());
                if (turn.changes() || !uncommitted.isEmpty() || !now.isBefore(renewBy)) {
                    await(store.commit(lease.epoch(), config.lease(), turn, uncommitted));
                    uncommitted.clear();
                    renewBy = now.plus(config.lease().dividedBy(3));
                }
                send(turn);
                if (!now.isBefore(nextHead) || !turn.routes().isEmpty()) {
                    orders.head(RouteTable.newBuilder().setEpoch(lease.epoch()).setSequence(turn.sequence())
                            .setLeader(config.address()).build());
                    nextHead = now.plus(HEAD_EVERY);
                }
                takeIn(earliest(turn.wakeAt(), nextHead, nextRepair, renewBy));
            }
        } finally {
            leading = false;
            release(lease.epoch());
        }
    }

    private void release(long epoch) {
        try {
            // The loop is interrupted when it should stop; the lease is given up all the same.
            boolean interrupted = Thread.interrupted();
            await(store.release(epoch));
            if (interrupted) {
                thread.interrupt();
            }
        } catch (RuntimeException fault) {
            LOG.debugf("the lease ends by itself: %s", fault.getMessage());
        }
    }

    private void load(FleetStore.Lease lease) {
        FleetStore.Stored stored = await(store.load());
        versions.clear();
        uncommitted.clear();
        fetching.clear();
        repairing = false;
        conductor = new Conductor(lease.epoch(), lease.sequence(), config.gatewayLease(), config.nodeLostAfter(),
                Leader::newId);
        stored.versions().forEach(this::keep);
        Map<AppId, List<Rollout>> rollouts = stored.rollouts().stream().collect(Collectors.groupingBy(
                Turn.RolloutRow::id, Collectors.mapping(Turn.RolloutRow::rollout, Collectors.toList())));
        Map<AppId, List<Container>> containers = stored.containers().stream()
                .collect(Collectors.groupingBy(Container::app));
        Instant now = clock.instant();
        for (Turn.AppRow app : stored.apps()) {
            conductor.restore(app,
                    versions.getOrDefault(app.id(), new TreeMap<>()).values().stream().map(Specs::of).toList(),
                    rollouts.getOrDefault(app.id(), List.of()), containers.getOrDefault(app.id(), List.of()), now);
        }
    }

    private void keep(Version version) {
        versions.computeIfAbsent(new AppId(version.getEnvironment(), version.getApp()), id -> new TreeMap<>())
                .put(version.getVersion(), version);
    }

    private void takeIn(Instant until) {
        try {
            long millis = Math.max(0, Duration.between(clock.instant(), until).toMillis() + 1);
            Message message = inbox.poll(millis, TimeUnit.MILLISECONDS);
            for (int taken = 0; message != null && taken < MOST_MESSAGES; taken++) {
                message.tell(conductor, clock.instant());
                message = inbox.poll();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Turn turn) {
        for (String node : turn.orders()) {
            Conductor.Order order = conductor.order(node);
            NodeDesired.Builder message = NodeDesired.newBuilder().setEpoch(conductor.epoch())
                    .setGeneration(order.generation()).setNode(node);
            for (Container container : order.containers()) {
                message.addContainers(
                        Messages.desired(container, versions.get(container.app()).get(container.version())));
            }
            orders.order(message.build());
        }
        for (Routes routes : turn.routes()) {
            orders.routes(Messages.routes(routes, conductor.epoch()));
        }
        turn.unneeded().forEach(key -> versions.getOrDefault(key.id(), new TreeMap<>()).remove(key.version()));
        turn.forgotten().forEach(versions::remove);
    }

    /** Every app's routes, for a gateway that starts or has missed some. */
    public Uni<RouteTable> routes(String gateway, String incarnation) {
        return ask((asked, now) -> {
            // Here, where decisions are made: none that is made after this overlooks it.
            asked.gatewayReads(gateway, incarnation, now);
            List<AppRoutes> all = asked.allRoutes().stream().map(routes -> Messages.routes(routes, asked.epoch()))
                    .toList();
            return RouteTable.newBuilder().setEpoch(asked.epoch()).setSequence(asked.sequence()).addAllApps(all)
                    .build();
        });
    }

    private void fetch(AppId id) {
        if (fetching.add(id)) {
            registry.app(id).subscribe().with(found -> tell((told, now) -> {
                fetching.remove(id);
                if (found.isPresent()) {
                    head(found.get());
                } else {
                    told.absent(id);
                }
            }), fault -> tell((told, now) -> {
                fetching.remove(id);
                LOG.warnf("the registry did not answer for %s: %s", id, fault.getMessage());
            }));
        }
    }

    private void head(App app) {
        AppId id = new AppId(app.getEnvironment(), app.getName());
        conductor.head(id, app.getNewestVersion(), app.getStopped(), app.getStoppedBy());
        if (!app.getStopped() && app.getNewestVersion() > 0 && conductor.lacks(id, app.getNewestVersion())
                && fetching.add(id)) {
            registry.version(id, app.getNewestVersion()).subscribe().with(version -> tell((told, now) -> {
                fetching.remove(id);
                keep(version);
                uncommitted.add(version);
                told.version(id, Specs.of(version));
                // A newer one may have come while this one was on its way.
                fetch(id);
            }), fault -> tell((told, now) -> {
                fetching.remove(id);
                LOG.warnf("the registry did not give %s v%d: %s", id, app.getNewestVersion(), fault.getMessage());
            }));
        }
    }

    /** Compares with the registry's list what events may have missed. */
    private void repair() {
        if (repairing) {
            return;
        }
        repairing = true;
        registry.apps().subscribe().with(apps -> tell((told, now) -> {
            repairing = false;
            Set<AppId> missing = new HashSet<>(told.apps());
            for (App app : apps) {
                missing.remove(new AppId(app.getEnvironment(), app.getName()));
                head(app);
            }
            missing.forEach(told::absent);
        }), fault -> tell((told, now) -> {
            repairing = false;
            LOG.debugf("the registry does not answer: %s", fault.getMessage());
        }));
    }

    private static Instant earliest(Instant... times) {
        Instant earliest = null;
        for (Instant time : times) {
            if (time != null && (earliest == null || time.isBefore(earliest))) {
                earliest = time;
            }
        }
        return earliest;
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(PATIENCE);
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static String newId() {
        return "c-" + Long.toString(ThreadLocalRandom.current().nextLong(1L << 50, 1L << 55), 36);
    }
}
