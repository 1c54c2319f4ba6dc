package dev.berth.gateway.client;

import dev.berth.protocol.key.ClusterKeyClient;
import dev.berth.protocol.v1.Registry;
import dev.berth.protocol.v1.Scheduler;
import io.quarkus.grpc.GrpcClient;
import io.quarkus.grpc.RegisterClientInterceptor;
import jakarta.enterprise.context.ApplicationScoped;

/** The two services behind the gateway. */
@ApplicationScoped
public class Services {
    private final Registry registry;
    private final Scheduler scheduler;

    Services(
            @GrpcClient("registry") @RegisterClientInterceptor(ClusterKeyClient.class) @RegisterClientInterceptor(Deadline.class) Registry registry,
            @GrpcClient("scheduler") @RegisterClientInterceptor(ClusterKeyClient.class) @RegisterClientInterceptor(Deadline.class) Scheduler scheduler) {
        this.registry = registry;
        this.scheduler = scheduler;
    }

    public Registry registry() {
        return registry;
    }

    public Scheduler scheduler() {
        return scheduler;
    }
}
