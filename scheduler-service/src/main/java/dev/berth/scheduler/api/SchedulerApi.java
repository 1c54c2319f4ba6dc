package dev.berth.scheduler.api;

import dev.berth.chassis.fault.Faults;
import dev.berth.chassis.key.ClusterKeyServer;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.AppStatus;
import dev.berth.protocol.v1.AppStatuses;
import dev.berth.protocol.v1.Containers;
import dev.berth.protocol.v1.ContainersRequest;
import dev.berth.protocol.v1.Empty;
import dev.berth.protocol.v1.EnvironmentRef;
import dev.berth.protocol.v1.GatewayRef;
import dev.berth.protocol.v1.Nodes;
import dev.berth.protocol.v1.Rollout;
import dev.berth.protocol.v1.Rollouts;
import dev.berth.protocol.v1.RouteTable;
import dev.berth.protocol.v1.Scheduler;
import dev.berth.protocol.v1.VersionRef;
import dev.berth.scheduler.cluster.AppView;
import dev.berth.scheduler.cluster.ClusterView;
import dev.berth.scheduler.control.Leader;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.store.FleetStore;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

@GrpcService
@RegisterInterceptor(ClusterKeyServer.class)
@RegisterInterceptor(Faults.class)
class SchedulerApi implements Scheduler {
    private final Leader leader;
    private final FleetStore store;

    SchedulerApi(Leader leader, FleetStore store) {
        this.leader = leader;
        this.store = store;
    }

    /** An answer from what the last turn showed; the loop that decides has no part in it. */
    private <T> Uni<T> read(Function<ClusterView, T> question) {
        return Uni.createFrom().item(() -> question.apply(leader.view()));
    }

    @Override
    public Uni<Rollouts> listRollouts(AppRef request) {
        AppName name = new AppName(request.getEnvironment(), request.getApp());
        return read(view -> view.app(name))
                .chain(app -> app.isEmpty()
                        ? Uni.createFrom().item(Rollouts.getDefaultInstance())
                        : store.rollouts(app.get().id()).map(stored -> {
                            AppView held = app.get();
                            return Rollouts.newBuilder()
                                    .addAllRollouts(stored.stream()
                                            .map(rollout -> Views.rollout(
                                                    held.id(),
                                                    held.rollouts().getOrDefault(rollout.version(), rollout),
                                                    held.progressOf(rollout.version())))
                                            .toList())
                                    .build();
                        }));
    }

    @Override
    public Uni<Rollout> getRollout(VersionRef request) {
        AppName name = new AppName(request.getEnvironment(), request.getApp());
        int version = request.getVersion();
        return read(view -> view.app(name)).chain(app -> {
            Optional<Rollout> held =
                    app.flatMap(one -> Optional.ofNullable(one.rollouts().get(version))
                            .map(rollout -> Views.rollout(one.id(), rollout, one.progressOf(version))));
            if (held.isPresent() || app.isEmpty()) {
                return Uni.createFrom().item(held.orElseGet(() -> Views.notBegun(name, version)));
            }
            return stored(app.get(), version);
        });
    }

    private Uni<Rollout> stored(AppView app, int version) {
        return store.rollouts(app.id())
                .map(stored -> stored.stream()
                        .filter(rollout -> rollout.version() == version)
                        .findFirst()
                        .map(rollout -> Views.rollout(app.id(), rollout, ""))
                        .orElseGet(() -> Views.notBegun(app.id().name(), version)));
    }

    @Override
    public Uni<AppStatuses> listStatuses(EnvironmentRef request) {
        return read(view -> AppStatuses.newBuilder()
                .addAllApps(view.apps(request.getEnvironment()).stream()
                        .map(Views::status)
                        .toList())
                .build());
    }

    @Override
    public Uni<AppStatus> getStatus(AppRef request) {
        AppName name = new AppName(request.getEnvironment(), request.getApp());
        return read(view -> view.app(name)
                .map(Views::status)
                .orElseGet(() -> AppStatus.newBuilder()
                        .setEnvironment(name.environment())
                        .setApp(name.app())
                        .build()));
    }

    @Override
    public Uni<Containers> listContainers(ContainersRequest request) {
        String environment = request.getEnvironment();
        String app = request.getApp();
        return read(view -> {
            List<AppView> apps = app.isEmpty()
                    ? List.copyOf(view.apps(environment))
                    : view.app(new AppName(environment, app)).stream().toList();
            return Containers.newBuilder()
                    .addAllContainers(Stream.concat(
                                    apps.stream()
                                            .flatMap(one -> one.containers().stream()
                                                    .map(container ->
                                                            Views.container(container, one.outdated(container)))),
                                    view.strangers().stream()
                                            .filter(stranger ->
                                                    stranger.app().environment().equals(environment)
                                                            && (app.isEmpty()
                                                                    || stranger.app()
                                                                            .app()
                                                                            .equals(app)))
                                            .map(Views::container))
                            .toList())
                    .build();
        });
    }

    @Override
    public Uni<Nodes> listNodes(Empty request) {
        return read(view -> Nodes.newBuilder()
                .addAllNodes(view.nodes().stream().map(Views::node).toList())
                .build());
    }

    @Override
    public Multi<RouteTable> getRoutes(GatewayRef request) {
        // All routes may be many: they are put into messages elsewhere than on the loop that decides.
        return leader.routes(request.getGateway(), request.getIncarnation())
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .onItem()
                .transformToMulti(all -> Multi.createFrom().iterable(() -> new RouteParts(all)));
    }
}
