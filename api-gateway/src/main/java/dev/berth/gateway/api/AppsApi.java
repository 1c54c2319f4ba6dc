package dev.berth.gateway.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.berth.gateway.client.RegistryClient;
import dev.berth.gateway.client.Services;
import dev.berth.gateway.control.GatewayConfig;
import dev.berth.gateway.control.Statuses;
import dev.berth.gateway.status.AppName;
import dev.berth.gateway.status.AppStatus;
import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.DeployReply;
import dev.berth.protocol.v1.DeployRequest;
import dev.berth.protocol.v1.EnvironmentRef;
import dev.berth.protocol.v1.RollbackRequest;
import dev.berth.protocol.v1.RolloverRequest;
import dev.berth.protocol.v1.StopRequest;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionRef;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;

@Path("/v1/environments/{environment}/apps")
@Produces(MediaType.APPLICATION_JSON)
public class AppsApi {
    private final Services services;
    private final Statuses statuses;
    private final RollbackCall rollbackCall;
    private final GatewayConfig config;
    private final Principal principal;
    private final ObjectMapper json;

    AppsApi(
            Services services,
            Statuses statuses,
            RollbackCall rollbackCall,
            GatewayConfig config,
            Principal principal,
            ObjectMapper json) {
        this.services = services;
        this.statuses = statuses;
        this.rollbackCall = rollbackCall;
        this.config = config;
        this.principal = principal;
        this.json = json;
    }

    @GET
    public Uni<List<Views.AppView>> list(@RestPath String environment) {
        EnvironmentRef ref =
                EnvironmentRef.newBuilder().setEnvironment(environment).build();
        return services.registry()
                .listApps(ref)
                .map(apps -> apps.getAppsList().stream()
                        .map(app -> Views.of(app, statuses.of(RegistryClient.of(app)), null))
                        .toList());
    }

    @GET
    @Path("{app}")
    public Uni<Views.AppView> get(@RestPath String environment, @RestPath String app) {
        AppRef ref = ref(environment, app);
        return services.registry().getApp(ref).chain(found -> {
            AppStatus status = statuses.of(RegistryClient.of(found));
            int shown = status.live() != 0 ? status.live() : found.getNewestVersion();
            return services.registry().getVersion(version(ref, shown)).map(version -> view(found, status, version));
        });
    }

    private Views.AppView view(App app, AppStatus status, Version version) {
        List<String> urls = app.getStopped()
                ? List.of()
                : Views.functions(app.getEnvironment(), version.getSpec(), Map.of(), config::url).stream()
                        .flatMap(function -> function.urls().stream())
                        .toList();
        return Views.of(app, status, urls);
    }

    @DELETE
    @Path("{app}")
    public Uni<Views.AppView> stop(@RestPath String environment, @RestPath String app) {
        return services.registry()
                .stopApp(StopRequest.newBuilder()
                        .setEnvironment(environment)
                        .setApp(app)
                        .setUser(principal.user())
                        .build())
                .map(Views::stopped);
    }

    private DeployRequest deployRequest(String environment, String app, byte[] body, HttpHeaders headers) {
        return DeployBody.read(body, headers.getMediaType()).toBuilder()
                .setEnvironment(environment)
                .setName(app)
                .setUser(principal.user())
                .build();
    }

    private static boolean malformed(Throwable fault) {
        return fault instanceof StatusRuntimeException refusal
                && refusal.getStatus().getCode() == Status.Code.INVALID_ARGUMENT;
    }

    private static Throwable named(Throwable fault) {
        return Problems.ManifestException.malformed((StatusRuntimeException) fault);
    }

    @POST
    @Path("{app}/versions")
    @Consumes(MediaType.WILDCARD)
    public Uni<RestResponse<Views.VersionView>> deploy(
            @RestPath String environment, @RestPath String app, byte[] body, @Context HttpHeaders headers) {
        return services.registry()
                .deploy(deployRequest(environment, app, body, headers))
                .onFailure(AppsApi::malformed)
                .transform(AppsApi::named)
                .chain(this::deployed);
    }

    private Uni<RestResponse<Views.VersionView>> deployed(DeployReply reply) {
        if (reply.getProblemsCount() > 0) {
            throw new Problems.ManifestException(reply.getProblemsList());
        }
        Version version = reply.getVersion();
        if (!reply.getCreated()) {
            return statuses.rollout(RegistryClient.of(version))
                    .map(rollout -> RestResponse.ok(Views.of(version, rollout, config::url, false)));
        }
        return Uni.createFrom()
                .item(RestResponse.ResponseBuilder.create(
                                RestResponse.Status.CREATED, Views.begun(version, config::url))
                        .location(URI.create("/v1/environments/" + version.getEnvironment() + "/apps/"
                                + version.getApp() + "/versions/" + version.getVersion()))
                        .build());
    }

    @POST
    @Path("{app}/plan")
    @Consumes(MediaType.WILDCARD)
    public Uni<PlanView> plan(
            @RestPath String environment, @RestPath String app, byte[] body, @Context HttpHeaders headers) {
        DeployRequest request = deployRequest(environment, app, body, headers);
        AppRef ref = ref(environment, app);
        return services.registry()
                .plan(request)
                .onFailure(AppsApi::malformed)
                .transform(AppsApi::named)
                .map(plan -> {
                    if (plan.getProblemsCount() > 0) {
                        throw new Problems.ManifestException(plan.getProblemsList());
                    }
                    return PlanView.of(ref, plan, statuses.containersOf(new AppName(environment, app)), config::url);
                });
    }

    @GET
    @Path("{app}/versions")
    public Uni<List<Views.VersionView>> versions(@RestPath String environment, @RestPath String app) {
        AppRef ref = ref(environment, app);
        return services.registry()
                .listVersions(ref)
                .chain(versions -> statuses.rollouts(
                                new AppName(environment, app),
                                versions.getVersionsList().stream()
                                        .map(RegistryClient::of)
                                        .toList())
                        .map(rollouts -> IntStream.range(0, rollouts.size())
                                .mapToObj(at -> Views.of(versions.getVersions(at), rollouts.get(at), config::url, null))
                                .toList()));
    }

    @GET
    @Path("{app}/versions/{version}")
    public Uni<Views.VersionView> version(@RestPath String environment, @RestPath String app, @RestPath int version) {
        return services.registry()
                .getVersion(version(ref(environment, app), version))
                .chain(found -> statuses.rollout(RegistryClient.of(found))
                        .map(rollout -> Views.of(found, rollout, config::url, null)));
    }

    /** @param since the version that it is compared with */
    public record ChangesView(int version, int since, List<String> changes) {}

    @GET
    @Path("{app}/versions/{version}/changes")
    public Uni<ChangesView> changes(
            @RestPath String environment, @RestPath String app, @RestPath int version, @RestQuery int since) {
        AppRef ref = ref(environment, app);
        return services.registry()
                .getVersion(version(ref, since))
                .chain(before -> services.registry()
                        .getVersion(version(ref, version))
                        .map(after -> new ChangesView(
                                version, since, SpecChanges.between(before.getSpec(), after.getSpec()))));
    }

    public record RollbackBody(Integer version) {}

    @POST
    @Path("{app}/rollback")
    @Consumes(MediaType.WILDCARD)
    public Uni<RestResponse<Views.VersionView>> rollback(
            @RestPath String environment, @RestPath String app, String body) {
        int version = 0;
        if (body != null && !body.isBlank()) {
            try {
                Integer named = json.readValue(body, RollbackBody.class).version();
                version = named == null ? 0 : named;
            } catch (JsonProcessingException broken) {
                throw new WebApplicationException(
                        "the body must be JSON like {\"version\": 3}: " + broken.getOriginalMessage(), 400);
            }
            if (version < 0) {
                throw new WebApplicationException("version must be positive", 400);
            }
        }
        return rollback(environment, app, version);
    }

    /** @param version 0 for the one that served before */
    public Uni<RestResponse<Views.VersionView>> rollback(String environment, String app, int version) {
        return rollbackCall
                .send(RollbackRequest.newBuilder()
                        .setEnvironment(environment)
                        .setApp(app)
                        .setVersion(version)
                        .setUser(principal.user())
                        .build())
                .chain(this::deployed);
    }

    @POST
    @Path("{app}/rollover")
    @Consumes(MediaType.WILDCARD)
    public Uni<RestResponse<Views.VersionView>> rollover(@RestPath String environment, @RestPath String app) {
        return services.registry()
                .rollover(RolloverRequest.newBuilder()
                        .setEnvironment(environment)
                        .setApp(app)
                        .setUser(principal.user())
                        .build())
                .chain(this::deployed);
    }

    @GET
    @Path("{app}/containers")
    public Uni<List<Views.ContainerView>> containers(@RestPath String environment, @RestPath String app) {
        return statuses.containers(new AppName(environment, app))
                .map(list -> list.stream().map(Views::of).toList());
    }

    private static AppRef ref(String environment, String app) {
        return AppRef.newBuilder().setEnvironment(environment).setApp(app).build();
    }

    private static VersionRef version(AppRef app, int version) {
        return VersionRef.newBuilder()
                .setEnvironment(app.getEnvironment())
                .setApp(app.getApp())
                .setVersion(version)
                .build();
    }
}
