package dev.berth.scheduler.client;

import dev.berth.chassis.key.ClusterKeyClient;
import dev.berth.protocol.name.Labels;
import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.Empty;
import dev.berth.protocol.v1.LiveReport;
import dev.berth.protocol.v1.Network;
import dev.berth.protocol.v1.Registry;
import dev.berth.protocol.v1.Strategy;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionKind;
import dev.berth.protocol.v1.VersionRef;
import dev.berth.protocol.v1.WebProtocol;
import dev.berth.scheduler.cluster.AppHead;
import dev.berth.scheduler.cluster.Turn;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.Image;
import dev.berth.scheduler.fleet.Kind;
import dev.berth.scheduler.fleet.VersionSpec;
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
    public Uni<Optional<AppHead>> app(AppName name) {
        return registry.getApp(AppRef.newBuilder()
                        .setEnvironment(name.environment())
                        .setApp(name.app())
                        .build())
                .map(app -> Optional.of(head(app)))
                .onFailure(RegistryClient::notFound)
                .recoverWithItem(Optional.empty())
                .ifNoItem()
                .after(PATIENCE)
                .fail();
    }

    public Uni<List<AppHead>> apps() {
        return registry.listAllApps(Empty.getDefaultInstance())
                .map(apps ->
                        apps.getAppsList().stream().map(RegistryClient::head).toList())
                .ifNoItem()
                .after(PATIENCE)
                .fail();
    }

    /** A version of whichever app has the name now; the answer says of which life it is. */
    public Uni<Turn.VersionRow> version(AppName name, int version) {
        return registry.getVersion(VersionRef.newBuilder()
                        .setEnvironment(name.environment())
                        .setApp(name.app())
                        .setVersion(version)
                        .build())
                .map(RegistryClient::spec)
                .ifNoItem()
                .after(PATIENCE)
                .fail();
    }

    /** Which version of an app serves now; 0 for none. */
    public Uni<Void> reportLive(Turn.VersionKey serving) {
        AppId id = serving.id();
        return registry.reportLive(LiveReport.newBuilder()
                        .setEnvironment(id.environment())
                        .setApp(id.app())
                        .setLife(id.life())
                        .setVersion(serving.version())
                        .build())
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .replaceWithVoid();
    }

    private static AppHead head(App app) {
        return new AppHead(
                new AppId(app.getEnvironment(), app.getName(), app.getLife()),
                app.getRevision(),
                app.getNewestVersion(),
                app.getStopped() ? Optional.of(app.getStoppedBy()) : Optional.empty());
    }

    static Turn.VersionRow spec(Version version) {
        List<String> names = version.getSpec().getFunctionsList().stream()
                .map(dev.berth.protocol.v1.FunctionSpec::getName)
                .toList();
        return new Turn.VersionRow(
                new AppId(version.getEnvironment(), version.getApp(), version.getLife()),
                new VersionSpec(
                        version.getVersion(),
                        version.getKind() == VersionKind.ROLLOVER,
                        version.getSpec().getStrategy() == Strategy.RECREATE,
                        repeats(version),
                        version.getSpec().getFunctionsList().stream()
                                .map(function -> function(version, function, names))
                                .toList()));
    }

    private static int repeats(Version version) {
        return switch (version.getKind()) {
            case ROLLBACK -> version.getRollbackOf();
            case ROLLOVER -> version.getVersion() - 1;
            case DEPLOY, UNRECOGNIZED -> 0;
        };
    }

    private static FunctionSpec function(
            Version version, dev.berth.protocol.v1.FunctionSpec function, List<String> names) {
        Kind kind =
                switch (function.getKindCase()) {
                    case WEB ->
                        new Kind.Web(
                                function.getWeb().getPort(),
                                Labels.of(
                                        version.getEnvironment(),
                                        version.getApp(),
                                        function.getName(),
                                        function.getWeb().getLabel(),
                                        names),
                                function.getWeb().getProtocol() == WebProtocol.H2C);
                    case CALL -> new Kind.Call(function.getCall().getPort());
                    case JOB, KIND_NOT_SET -> new Kind.Job();
                };
        return new FunctionSpec(
                function.getName(),
                function.getDigest(),
                kind,
                function.getCpuMillis(),
                function.getMemoryBytes(),
                function.getMinContainers(),
                Duration.ofMillis(function.getTimeoutMillis()),
                Duration.ofMillis(function.getStartupTimeoutMillis()),
                function.hasImage()
                        ? Optional.of(new Image(
                                function.getImage().getName(),
                                function.getImage().getNetwork() == Network.HOST))
                        : Optional.empty());
    }

    private static boolean notFound(Throwable fault) {
        return fault instanceof StatusRuntimeException status
                && status.getStatus().getCode() == Status.Code.NOT_FOUND;
    }
}
