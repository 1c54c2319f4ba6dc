package dev.berth.scheduler.api;

import dev.berth.chassis.fault.Faults;
import dev.berth.chassis.fault.Texts;
import dev.berth.chassis.key.ClusterKeyServer;
import dev.berth.protocol.v1.GatewayRef;
import dev.berth.protocol.v1.Rollouts;
import dev.berth.protocol.v1.RolloutsRequest;
import dev.berth.protocol.v1.RouteTable;
import dev.berth.protocol.v1.Scheduler;
import dev.berth.scheduler.client.ShownMessages;
import dev.berth.scheduler.control.Leader;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.rollout.Rollout;
import dev.berth.scheduler.store.FleetStore;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.util.List;

@GrpcService
@RegisterInterceptor(ClusterKeyServer.class)
@RegisterInterceptor(Faults.class)
@RegisterInterceptor(Texts.class)
class SchedulerApi implements Scheduler {
    private final Leader leader;
    private final FleetStore store;

    SchedulerApi(Leader leader, FleetStore store) {
        this.leader = leader;
        this.store = store;
    }

    @Override
    public Uni<Rollouts> listRollouts(RolloutsRequest request) {
        AppId app = new AppId(request.getEnvironment(), request.getApp(), request.getLife());
        Uni<List<Rollout>> stored = request.getVersion() == 0
                ? store.rollouts(app)
                : store.rollout(app, request.getVersion())
                        .map(found -> found.stream().toList());
        return stored.chain(rollouts -> store.pins(app)
                .map(pins -> Rollouts.newBuilder()
                        .addAllRollouts(rollouts.stream()
                                .map(rollout -> ShownMessages.rollout(app, rollout, "", pins.of(rollout.version())))
                                .toList())
                        .build()));
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
