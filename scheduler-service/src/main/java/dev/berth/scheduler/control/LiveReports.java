package dev.berth.scheduler.control;

import dev.berth.scheduler.client.RegistryClient;
import dev.berth.scheduler.cluster.Turn;
import dev.berth.scheduler.fleet.AppId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Tells the registry which version of each app serves, until it has heard. Only the leader's loop calls it. */
final class LiveReports {
    private static final Logger LOG = Logger.getLogger(LiveReports.class);
    /** A new leader tells of every app; the registry is not to be flooded by it. */
    private static final int MOST_AT_ONCE = 8;

    private final RegistryClient registry;
    private final Consumer<Runnable> loop;
    /** The newest word for each app that the registry has not heard yet. */
    private final Map<AppId, Integer> open = new LinkedHashMap<>();

    private final Set<AppId> sending = new HashSet<>();

    /** @param loop runs something on the leader's loop */
    LiveReports(RegistryClient registry, Consumer<Runnable> loop) {
        this.registry = registry;
        this.loop = loop;
    }

    void say(List<Turn.VersionKey> serving) {
        serving.forEach(one -> open.put(one.id(), one.version()));
        send();
    }

    /** Sends what is open, also what failed before. */
    void send() {
        for (Map.Entry<AppId, Integer> next : List.copyOf(open.entrySet())) {
            if (sending.size() >= MOST_AT_ONCE) {
                return;
            }
            if (sending.add(next.getKey())) {
                send(new Turn.VersionKey(next.getKey(), next.getValue()));
            }
        }
    }

    private void send(Turn.VersionKey serving) {
        registry.reportLive(serving)
                .subscribe()
                .with(
                        heard -> loop.accept(() -> {
                            sending.remove(serving.id());
                            open.remove(serving.id(), serving.version());
                            send();
                        }),
                        fault -> loop.accept(() -> {
                            // It stays open: the next repair sends it again.
                            sending.remove(serving.id());
                            LOG.debugf(
                                    "the registry did not hear that %s v%d serves: %s",
                                    serving.id(), serving.version(), fault.getMessage());
                        }));
    }
}
