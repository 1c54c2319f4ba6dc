package dev.berth.scheduler.control;

import dev.berth.scheduler.client.RegistryClient;
import dev.berth.scheduler.cluster.AppHead;
import dev.berth.scheduler.cluster.Cluster;
import dev.berth.scheduler.cluster.Turn;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.AppName;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Keeps one term's cluster up to date with the registry. Only the leader's loop calls it. */
final class RegistryWatch {
    private static final Logger LOG = Logger.getLogger(RegistryWatch.class);

    private final RegistryClient registry;
    private final Cluster cluster;
    private final Consumer<BiConsumer<Cluster, Instant>> inbox;
    private final Set<AppName> asking = new HashSet<>();
    /** Those that changed again while they were asked for. */
    private final Set<AppName> again = new HashSet<>();

    private final Set<Turn.VersionKey> fetching = new HashSet<>();
    private boolean listing;

    /** @param inbox of the leader's loop */
    RegistryWatch(RegistryClient registry, Cluster cluster, Consumer<BiConsumer<Cluster, Instant>> inbox) {
        this.registry = registry;
        this.cluster = cluster;
        this.inbox = inbox;
    }

    /** An answer comes to the loop; one that comes after the term's end is no longer of interest. */
    private void tell(Consumer<Instant> answer) {
        inbox.accept((told, now) -> {
            if (told == cluster) {
                answer.accept(now);
            }
        });
    }

    void changed(AppName name) {
        if (!asking.add(name)) {
            again.add(name);
            return;
        }
        long ticket = cluster.ask();
        registry.app(name)
                .subscribe()
                .with(
                        found -> tell(now -> {
                            found.ifPresentOrElse(head -> head(head, ticket), () -> cluster.absent(name, ticket, now));
                            asked(name);
                        }),
                        fault -> tell(now -> {
                            LOG.warnf("the registry did not answer for %s: %s", name, fault.getMessage());
                            again.remove(name);
                            asked(name);
                        }));
    }

    private void asked(AppName name) {
        asking.remove(name);
        if (again.remove(name)) {
            changed(name);
        }
    }

    private void head(AppHead head, long ticket) {
        cluster.head(head, ticket);
        if (head.stopped().isEmpty()) {
            fetchWhatLacks(head.id());
        }
    }

    private void fetchWhatLacks(AppId app) {
        cluster.lacks(app).ifPresent(version -> fetch(new Turn.VersionKey(app, version)));
    }

    private void fetch(Turn.VersionKey wanted) {
        if (!fetching.add(wanted)) {
            return;
        }
        registry.version(wanted.id().name(), wanted.version())
                .subscribe()
                .with(
                        version -> tell(now -> {
                            fetching.remove(wanted);
                            cluster.version(version.id(), version.spec());
                            fetchWhatLacks(version.id());
                        }),
                        fault -> tell(now -> {
                            fetching.remove(wanted);
                            LOG.warnf(
                                    "the registry did not give %s v%d: %s",
                                    wanted.id(), wanted.version(), fault.getMessage());
                        }));
    }

    /** Compares with the registry's list what events may have missed. */
    void repair() {
        cluster.missing().forEach(this::fetch);
        if (listing) {
            return;
        }
        listing = true;
        long ticket = cluster.ask();
        registry.apps()
                .subscribe()
                .with(
                        apps -> tell(now -> {
                            listing = false;
                            Set<AppName> missing = new HashSet<>(cluster.names());
                            for (AppHead app : apps) {
                                missing.remove(app.id().name());
                                head(app, ticket);
                            }
                            missing.forEach(name -> cluster.absent(name, ticket, now));
                        }),
                        fault -> tell(now -> {
                            listing = false;
                            LOG.debugf("the registry does not answer: %s", fault.getMessage());
                        }));
    }
}
