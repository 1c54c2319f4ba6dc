package dev.berth.gateway.control;

import dev.berth.gateway.client.Services;
import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.AppStatus;
import dev.berth.protocol.v1.Containers;
import dev.berth.protocol.v1.ContainersRequest;
import dev.berth.protocol.v1.EnvironmentRef;
import dev.berth.protocol.v1.Rollout;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How apps and versions are: what the registry has is there, whatever the scheduler knows of it. Who asks does not wait long
 * for a scheduler that stands still.
 */
@ApplicationScoped
public class Statuses {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Services services;
    private final Router router;

    Statuses(Services services, Router router) {
        this.services = services;
        this.router = router;
    }

    public Uni<AppStatus> of(App app) {
        return patiently(services.scheduler().getStatus(ref(app.getEnvironment(), app.getName())))
                .map(told -> Told.status(app, told))
                .onFailure(Services::unanswered)
                .recoverWithItem(() -> Told.untold(app, live(app)));
    }

    /** In the order of the apps, which are all of one environment. */
    public Uni<List<AppStatus>> of(EnvironmentRef environment, List<App> apps) {
        return patiently(services.scheduler().listStatuses(environment))
                .map(statuses -> {
                    Map<String, AppStatus> byName = new HashMap<>();
                    statuses.getAppsList().forEach(status -> byName.put(status.getApp(), status));
                    return apps.stream()
                            .map(app -> Told.status(
                                    app, byName.getOrDefault(app.getName(), AppStatus.getDefaultInstance())))
                            .toList();
                })
                .onFailure(Services::unanswered)
                .recoverWithItem(() ->
                        apps.stream().map(app -> Told.untold(app, live(app))).toList());
    }

    public Uni<Rollout> rollout(Version version) {
        VersionRef ref = VersionRef.newBuilder()
                .setEnvironment(version.getEnvironment())
                .setApp(version.getApp())
                .setVersion(version.getVersion())
                .build();
        return patiently(services.scheduler().getRollout(ref))
                .chain(told -> Told.isOf(told, version)
                        ? Uni.createFrom().item(told)
                        : untold(ref(version.getEnvironment(), version.getApp()))
                                .map(known -> known.apply(version)))
                .onFailure(Services::unanswered)
                .recoverWithItem(() -> Told.untold(version));
    }

    /** In the order of the versions, which are all of one app. */
    public Uni<List<Rollout>> rollouts(AppRef app, List<Version> versions) {
        return patiently(services.scheduler().listRollouts(app))
                .chain(rollouts -> {
                    Map<Integer, Rollout> told = new HashMap<>();
                    rollouts.getRolloutsList().forEach(rollout -> told.put(rollout.getVersion(), rollout));
                    return rollouts(
                            app,
                            versions,
                            version -> told.getOrDefault(version.getVersion(), Rollout.getDefaultInstance()));
                })
                .onFailure(Services::unanswered)
                .recoverWithItem(() -> versions.stream().map(Told::untold).toList());
    }

    private Uni<List<Rollout>> rollouts(AppRef app, List<Version> versions, Function<Version, Rollout> told) {
        return versions.stream().allMatch(version -> Told.isOf(told.apply(version), version))
                ? Uni.createFrom().item(versions.stream().map(told).toList())
                : untold(app)
                        .map(known -> versions.stream()
                                .map(version -> Told.isOf(told.apply(version), version)
                                        ? told.apply(version)
                                        : known.apply(version))
                                .toList());
    }

    /** What is known of versions of an app whose rollouts the scheduler does not know. */
    private Uni<Function<Version, Rollout>> untold(AppRef ref) {
        return patiently(services.scheduler().getStatus(ref))
                .chain(told -> services.registry().getApp(ref).map(app -> version -> Told.rollout(version, app, told)));
    }

    /** @throws io.grpc.StatusRuntimeException NOT_FOUND where an app is named that is not there */
    public Uni<Containers> containers(ContainersRequest request) {
        return request.getApp().isEmpty()
                ? services.scheduler().listContainers(request)
                : services.registry()
                        .getApp(ref(request.getEnvironment(), request.getApp()))
                        .chain(app -> services.scheduler().listContainers(request));
    }

    private static <T> Uni<T> patiently(Uni<T> asked) {
        return asked.ifNoItem().after(PATIENCE).fail();
    }

    private int live(App app) {
        return router.table().live(app.getEnvironment(), app.getName());
    }

    private static AppRef ref(String environment, String app) {
        return AppRef.newBuilder().setEnvironment(environment).setApp(app).build();
    }
}
