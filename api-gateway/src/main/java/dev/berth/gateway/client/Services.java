package dev.berth.gateway.client;

import dev.berth.chassis.key.ClusterKeyClient;
import dev.berth.protocol.v1.Registry;
import dev.berth.protocol.v1.Scheduler;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GrpcClient;
import io.quarkus.grpc.RegisterClientInterceptor;
import io.smallrye.mutiny.TimeoutException;
import jakarta.enterprise.context.ApplicationScoped;

/** The two services behind the gateway. */
@ApplicationScoped
public class Services {
    private final Registry registry;
    private final Scheduler scheduler;
    private final LeaderChannel leader;

    Services(
            @GrpcClient("registry")
                    @RegisterClientInterceptor(ClusterKeyClient.class)
                    @RegisterClientInterceptor(Deadline.class)
                    Registry registry,
            @GrpcClient("scheduler")
                    @RegisterClientInterceptor(ClusterKeyClient.class)
                    @RegisterClientInterceptor(Deadline.class)
                    @RegisterClientInterceptor(LeaderChannel.class)
                    Scheduler scheduler,
            LeaderChannel leader) {
        this.registry = registry;
        this.scheduler = scheduler;
        this.leader = leader;
    }

    public Registry registry() {
        return registry;
    }

    /** Whether a service did not answer, for now: it is away, stands still, or does not lead yet. */
    public static boolean unanswered(Throwable fault) {
        return switch (fault) {
            case TimeoutException late -> true;
            case StatusRuntimeException refusal ->
                switch (refusal.getStatus().getCode()) {
                    case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED -> true;
                    // A connection that broke under a call has no description; what a service says has one.
                    case UNKNOWN -> refusal.getStatus().getDescription() == null;
                    default -> false;
                };
            default -> false;
        };
    }

    /** The one that leads. */
    public Scheduler scheduler() {
        return scheduler;
    }

    /** @param address of that scheduler's gRPC, as host:port */
    public void leads(long epoch, String address) {
        leader.leads(epoch, address);
    }
}
