package dev.berth.gateway.control;

import dev.berth.gateway.client.History;
import dev.berth.gateway.client.RegistryClient;
import dev.berth.gateway.client.Services;
import dev.berth.gateway.status.AppName;
import dev.berth.gateway.status.AppStatus;
import dev.berth.gateway.status.ContainerStatus;
import dev.berth.gateway.status.NodeStatus;
import dev.berth.gateway.status.Registered;
import dev.berth.gateway.status.Rollout;
import dev.berth.gateway.status.Shown;
import dev.berth.gateway.status.Standing;
import dev.berth.gateway.status.VersionName;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How apps, versions, containers and nodes are. It is read from what the scheduler shows as it changes; only rollouts that
 * matter no more are asked for.
 */
@ApplicationScoped
public class Statuses {
    private final RegistryClient registry;
    private final History history;
    private final Router router;
    private final Clocks clocks;
    private final Shown shown;

    Statuses(RegistryClient registry, History history, Router router, Clocks clocks) {
        this.registry = registry;
        this.history = history;
        this.router = router;
        this.clocks = clocks;
        shown = new Shown(clocks.millis());
    }

    /** What is heard from the scheduler goes in here. */
    public Shown shown() {
        return shown;
    }

    /** A leader said that it leads; as {@link Shown#head}. */
    public void head(long epoch, boolean all) {
        shown.head(epoch, all, now());
    }

    private long now() {
        return clocks.millis();
    }

    private boolean silent() {
        return shown.silent(now());
    }

    /** Since when no leader was heard; empty while one is. */
    public Optional<Instant> silentSince() {
        long now = now();
        return shown.silent(now)
                ? Optional.of(clocks.wall().instant().minusMillis(now - shown.heardAt()))
                : Optional.empty();
    }

    private Standing standing(Registered app) {
        return new Standing(app, shown.app(app.name()), silent());
    }

    public AppStatus of(Registered app) {
        return standing(app)
                .status(router.table().live(app.name().environment(), app.name().app()));
    }

    public Uni<Rollout> rollout(VersionName version) {
        return rollouts(version.app(), List.of(version), version.version()).map(List::getFirst);
    }

    /** In the order of the versions, which are all of one life of one app. */
    public Uni<List<Rollout>> rollouts(AppName app, List<VersionName> versions) {
        return rollouts(app, versions, 0);
    }

    /** @param asked the one version that may have to be asked for; 0 for several */
    private Uni<List<Rollout>> rollouts(AppName app, List<VersionName> versions, int asked) {
        Map<VersionName, Rollout> known = shownRollouts(app);
        if (known.keySet().containsAll(versions)) {
            return Uni.createFrom().item(inOrder(versions, known));
        }
        return history.rollouts(app, versions.getFirst().life(), asked)
                .map(Optional::of)
                .onFailure(Services::unanswered)
                .recoverWithItem(Optional.empty())
                .chain(stored -> {
                    stored.ifPresent(list -> list.forEach(rollout -> known.putIfAbsent(rollout.version(), rollout)));
                    if (known.keySet().containsAll(versions)) {
                        return Uni.createFrom().item(inOrder(versions, known));
                    }
                    return registry.app(app).map(registered -> {
                        versions.forEach(version -> known.computeIfAbsent(
                                version, missing -> unknown(missing, registered, stored.isPresent())));
                        return inOrder(versions, known);
                    });
                });
    }

    private Map<VersionName, Rollout> shownRollouts(AppName app) {
        boolean silent = silent();
        Map<VersionName, Rollout> known = new HashMap<>();
        shown.app(app)
                .map(AppStatus::rollouts)
                .orElse(Map.of())
                .values()
                .forEach(rollout -> known.put(rollout.version(), silent ? rollout.unless(Standing.SILENCE) : rollout));
        return known;
    }

    private static List<Rollout> inOrder(List<VersionName> versions, Map<VersionName, Rollout> known) {
        return versions.stream().map(known::get).toList();
    }

    private Rollout unknown(VersionName version, Registered app, boolean answered) {
        return answered ? standing(app).notKnown(version) : Standing.untold(version);
    }

    /** Of one app. Fails with NOT_FOUND where the registry does not have it. */
    public Uni<List<ContainerStatus>> containers(AppName app) {
        return registry.app(app).map(there -> containersOf(app));
    }

    /** Of one app, whether the registry has it or not. */
    public List<ContainerStatus> containersOf(AppName app) {
        return asShown(shown.containers(app));
    }

    /** Of all apps of an environment. */
    public List<ContainerStatus> containers(String environment) {
        return asShown(shown.containers(environment));
    }

    private List<ContainerStatus> asShown(List<ContainerStatus> containers) {
        return silent() ? containers.stream().map(ContainerStatus::asShownLast).toList() : containers;
    }

    /** By name. */
    public Collection<NodeStatus> nodes() {
        return shown.nodes();
    }
}
