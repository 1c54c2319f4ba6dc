package dev.berth.gateway.client;

import dev.berth.gateway.status.AppName;
import dev.berth.gateway.status.Earlier;
import dev.berth.gateway.status.Registered;
import dev.berth.gateway.status.VersionName;
import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.Version;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Apps and versions as the registry has them. A name that it does not have fails with NOT_FOUND. */
@ApplicationScoped
public class RegistryClient {
    private final Services services;

    RegistryClient(Services services) {
        this.services = services;
    }

    public Uni<Registered> app(AppName name) {
        return services.registry().getApp(ref(name)).map(RegistryClient::of);
    }

    public static Registered of(App app) {
        return new Registered(
                new AppName(app.getEnvironment(), app.getName()),
                app.getLife(),
                app.getNewestVersion(),
                app.getStopped() ? Optional.of(app.getStoppedBy()) : Optional.empty());
    }

    public static VersionName of(Version version) {
        return new VersionName(
                new AppName(version.getEnvironment(), version.getApp()), version.getLife(), version.getVersion());
    }

    /** All versions of an app. */
    public Uni<List<Earlier.Candidate>> candidates(AppName app) {
        return services.registry()
                .listVersions(ref(app))
                .map(versions -> versions.getVersionsList().stream()
                        .map(version -> new Earlier.Candidate(
                                version.getVersion(), version.getRollbackOf(), version.getSpecDigest()))
                        .toList());
    }

    private static AppRef ref(AppName name) {
        return AppRef.newBuilder()
                .setEnvironment(name.environment())
                .setApp(name.app())
                .build();
    }
}
