package dev.berth.scheduler.client;

import dev.berth.protocol.key.ClusterKeyClient;
import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.Empty;
import dev.berth.protocol.v1.Registry;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionRef;
import dev.berth.scheduler.fleet.AppId;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GrpcClient;
import io.quarkus.grpc.RegisterClientInterceptor;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads apps and versions. */
@ApplicationScoped
public class RegistryClient {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Registry registry;

    RegistryClient(@GrpcClient("registry") @RegisterClientInterceptor(ClusterKeyClient.class) Registry registry) {
        this.registry = registry;
    }

    /** Empty where there is no such app. */
    public Uni<Optional<App>> app(AppId id) {
        return registry.getApp(AppRef.newBuilder().setEnvironment(id.environment()).setApp(id.app()).build())
                .map(Optional::of).onFailure(RegistryClient::notFound).recoverWithItem(Optional.empty()).ifNoItem()
                .after(PATIENCE).fail();
    }

    public Uni<List<App>> apps() {
        return registry.listAllApps(Empty.getDefaultInstance()).map(apps -> apps.getAppsList()).ifNoItem()
                .after(PATIENCE).fail();
    }

    public Uni<Version> version(AppId id, int version) {
        return registry.getVersion(VersionRef.newBuilder().setEnvironment(id.environment()).setApp(id.app())
                .setVersion(version).build()).ifNoItem().after(PATIENCE).fail();
    }

    private static boolean notFound(Throwable fault) {
        return fault instanceof StatusRuntimeException status && status.getStatus().getCode() == Status.Code.NOT_FOUND;
    }
}
