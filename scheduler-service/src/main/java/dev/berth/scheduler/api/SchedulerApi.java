package dev.berth.scheduler.api;

import dev.berth.protocol.fault.Faults;
import dev.berth.protocol.key.ClusterKeyServer;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.AppStatus;
import dev.berth.protocol.v1.AppStatuses;
import dev.berth.protocol.v1.Container;
import dev.berth.protocol.v1.ContainerState;
import dev.berth.protocol.v1.Containers;
import dev.berth.protocol.v1.ContainersRequest;
import dev.berth.protocol.v1.Empty;
import dev.berth.protocol.v1.EnvironmentRef;
import dev.berth.protocol.v1.Node;
import dev.berth.protocol.v1.GatewayRef;
import dev.berth.protocol.v1.NodeState;
import dev.berth.protocol.v1.Nodes;
import dev.berth.protocol.v1.Outcome;
import dev.berth.protocol.v1.Receipt;
import dev.berth.protocol.v1.Rollout;
import dev.berth.protocol.v1.Rollouts;
import dev.berth.protocol.v1.RouteTable;
import dev.berth.protocol.v1.Scheduler;
import dev.berth.protocol.v1.VersionRef;
import dev.berth.scheduler.control.Leader;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.rollout.Overview;
import dev.berth.scheduler.store.FleetStore;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;

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

    @Override
    public Uni<Rollouts> listRollouts(AppRef request) {
        AppId id = new AppId(request.getEnvironment(), request.getApp());
        return leader.ask((conductor, now) -> conductor.overview()).chain(overview -> store.rollouts(id)
                .map(rollouts -> Rollouts.newBuilder()
                        .addAllRollouts(rollouts.stream()
                                .map(rollout -> message(id, rollout, overview.progress(id, rollout.version())))
                                .toList())
                        .build()));
    }

    @Override
    public Uni<Rollout> getRollout(VersionRef request) {
        AppId id = new AppId(request.getEnvironment(), request.getApp());
        int version = request.getVersion();
        return leader.ask((conductor, now) -> conductor.overview().rollout(id, version)
                .map(rollout -> message(id, rollout, conductor.overview().progress(id, version))))
                .chain(held -> held.isPresent()
                        ? Uni.createFrom().item(held.get())
                        : store.rollouts(id).map(stored -> stored.stream()
                                .filter(rollout -> rollout.version() == version)
                                .findFirst().map(rollout -> message(id, rollout, ""))
                                .orElseGet(() -> Rollout.newBuilder().setEnvironment(id.environment()).setApp(id.app())
                                        .setVersion(version).setProgress("waiting for the scheduler to begin")
                                        .build())));
    }

    @Override
    public Uni<AppStatuses> listStatuses(EnvironmentRef request) {
        return leader.ask((conductor, now) -> AppStatuses.newBuilder().addAllApps(
                conductor.overview().statuses(request.getEnvironment()).stream().map(SchedulerApi::message).toList())
                .build());
    }

    @Override
    public Uni<AppStatus> getStatus(AppRef request) {
        AppId id = new AppId(request.getEnvironment(), request.getApp());
        return leader.ask((conductor, now) -> conductor.overview().status(id).map(SchedulerApi::message)
                .orElseGet(() -> AppStatus.newBuilder().setEnvironment(id.environment()).setApp(id.app()).build()));
    }

    private static AppStatus message(Overview.Status status) {
        return AppStatus.newBuilder().setEnvironment(status.app().environment()).setApp(status.app().app())
                .setLiveVersion(status.live()).setRollingVersion(status.rolling()).addAllReasons(status.reasons())
                .build();
    }

    @Override
    public Uni<Containers> listContainers(ContainersRequest request) {
        return leader.ask((conductor, now) -> {
            List<Overview.Listed> listed = conductor.overview().containers(request.getEnvironment(), request.getApp());
            return Containers.newBuilder().addAllContainers(listed.stream().map(SchedulerApi::message).toList())
                    .build();
        });
    }

    private static Container message(Overview.Listed listed) {
        dev.berth.scheduler.fleet.Container container = listed.container();
        ContainerState state = switch (container.phase()) {
            case PENDING -> ContainerState.PENDING;
            case STARTING -> ContainerState.STARTING;
            case READY -> container.goal() == Goal.RUN
                    ? ContainerState.READY
                    : container.goal() == Goal.DRAIN ? ContainerState.DRAINING : ContainerState.STOPPING;
            case STOPPING -> ContainerState.STOPPING;
            case STOPPED -> ContainerState.STOPPED;
            case FAILED -> ContainerState.FAILED;
        };
        return Container.newBuilder().setId(container.id()).setEnvironment(container.app().environment())
                .setApp(container.app().app()).setVersion(container.version()).setFunction(container.function())
                .setNode(container.node()).setState(state).setReason(container.reason())
                .setStartedAt(container.createdAt().toEpochMilli()).setOutdated(listed.outdated())
                .setAddress(container.port() == 0 ? "" : container.host() + ":" + container.port()).build();
    }

    @Override
    public Uni<Nodes> listNodes(Empty request) {
        return leader.ask((conductor, now) -> Nodes.newBuilder()
                .addAllNodes(conductor.overview().nodes().stream().map(SchedulerApi::message).toList()).build());
    }

    private static Node message(Overview.NodeStatus node) {
        return Node.newBuilder().setName(node.name()).setState(node.lost() ? NodeState.NODE_LOST : NodeState.NODE_READY)
                .setCpuMillis(node.cpuMillis()).setMemoryBytes(node.memoryBytes())
                .setCpuMillisFree(node.cpuMillisFree())
                .setMemoryBytesFree(node.memoryBytesFree()).setContainers(node.containers())
                .setSeenAt(node.seenAt().toEpochMilli()).build();
    }

    @Override
    public Uni<RouteTable> getRoutes(GatewayRef request) {
        return leader.routes(request.getGateway(), request.getIncarnation());
    }

    private static Rollout message(AppId id, dev.berth.scheduler.rollout.Rollout rollout, String progress) {
        dev.berth.scheduler.rollout.Receipt receipt = rollout.receipt();
        Receipt.Builder numbers = Receipt.newBuilder().setInFlightAtCutover(receipt.inFlightAtCutover())
                .setFinished(receipt.finished()).setCutAtDeadline(receipt.cutAtDeadline()).setDropped(receipt.dropped())
                .setAbandoned(receipt.abandoned()).setTakenBack(receipt.takenBack())
                .setUnaccounted(receipt.unaccounted())
                .setLongestDrainMillis(receipt.longestDrainMillis()).setComplete(receipt.complete());
        if (rollout.cutoverAt() != null) {
            numbers.setStartMillis(Duration.between(rollout.startedAt(), rollout.cutoverAt()).toMillis());
        }
        if (rollout.liveAt() != null) {
            numbers.setCutoverMillis(Duration.between(rollout.cutoverAt(), rollout.liveAt()).toMillis());
        }
        return Rollout.newBuilder().setEnvironment(id.environment()).setApp(id.app()).setVersion(rollout.version())
                .setOutcome(switch (rollout.step()) {
                    case STARTING, CUTTING_OVER -> Outcome.ROLLOUT_ROLLING;
                    case LIVE -> Outcome.ROLLOUT_LIVE;
                    case SUPERSEDED -> Outcome.ROLLOUT_SUPERSEDED;
                    case FAILED -> Outcome.ROLLOUT_FAILED;
                    case CANCELLED -> Outcome.ROLLOUT_CANCELLED;
                }).setReason(rollout.reason()).setReceipt(numbers).setProgress(progress)
                .setStartedAt(rollout.startedAt().toEpochMilli())
                .setLiveAt(rollout.liveAt() == null ? 0 : rollout.liveAt().toEpochMilli()).build();
    }
}
