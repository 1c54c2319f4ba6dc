package dev.berth.gateway.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.berth.gateway.client.Services;
import dev.berth.gateway.control.GatewayConfig;
import dev.berth.gateway.control.Rollbacks;
import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.AppStatus;
import dev.berth.protocol.v1.ContainersRequest;
import dev.berth.protocol.v1.DeployReply;
import dev.berth.protocol.v1.DeployRequest;
import dev.berth.protocol.v1.EnvironmentRef;
import dev.berth.protocol.v1.RollbackRequest;
import dev.berth.protocol.v1.Rollout;
import dev.berth.protocol.v1.RolloverRequest;
import dev.berth.protocol.v1.StopRequest;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionRef;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

@Path("/v1/environments/{environment}/apps")
@Produces(MediaType.APPLICATION_JSON)
public class AppsApi {
    private final Services services;
    private final Rollbacks rollbacks;
    private final GatewayConfig config;
    private final Caller caller;
    private final ObjectMapper json;

    AppsApi(Services services, Rollbacks rollbacks, GatewayConfig config, Caller caller, ObjectMapper json) {
        this.services = services;
        this.rollbacks = rollbacks;
        this.config = config;
        this.caller = caller;
        this.json = json;
    }

    @GET
    public Uni<List<Views.AppView>> list(@RestPath String environment) {
        EnvironmentRef ref = EnvironmentRef.newBuilder().setEnvironment(environment).build();
        return services.registry().listApps(ref).chain(apps -> services.scheduler().listStatuses(ref).map(statuses -> {
            Map<String, AppStatus> byName = new HashMap<>();
            statuses.getAppsList().forEach(status -> byName.put(status.getApp(), status));
            return apps.getAppsList().stream().map(app -> Views.of(app,
                    byName.getOrDefault(app.getName(), AppStatus.getDefaultInstance()), null)).toList();
        }));
    }

    @GET
    @Path("{app}")
    public Uni<Views.AppView> get(@RestPath String environment, @RestPath String app) {
        AppRef ref = ref(environment, app);
        return services.registry().getApp(ref).chain(found -> services.scheduler().getStatus(ref).chain(status -> {
            int shown = status.getLiveVersion() != 0 ? status.getLiveVersion() : found.getNewestVersion();
            return services.registry().getVersion(version(ref, shown)).map(version -> view(found, status, version));
        }));
    }

    private Views.AppView view(App app, AppStatus status, Version version) {
        List<String> urls = app.getStopped()
                ? List.of()
                : Views.functions(app.getEnvironment(), version.getSpec(), config::url).stream()
                        .flatMap(function -> function.urls().stream()).toList();
        return Views.of(app, status, urls);
    }

    @DELETE
    @Path("{app}")
    public Uni<Views.AppView> stop(@RestPath String environment, @RestPath String app) {
        return services.registry()
                .stopApp(
                        StopRequest.newBuilder().setEnvironment(environment).setApp(app).setUser(caller.user()).build())
                .map(stopped -> Views.of(stopped, AppStatus.getDefaultInstance(), List.of()));
    }

    /** The manifest itself, YAML or JSON; or a JSON object with it under {@code manifest}, text or object. */
    private DeployRequest deployRequest(String environment, String body) {
        DeployRequest.Builder request = DeployRequest.newBuilder().setEnvironment(environment).setUser(caller.user());
        String text = body == null ? "" : body.strip();
        if (!text.startsWith("{")) {
            return request.setManifest(text).build();
        }
        try {
            JsonNode node = json.readTree(text);
            if (!node.has("manifest")) {
                return request.setManifest(text).build();
            }
            JsonNode manifest = node.get("manifest");
            return request.setManifest(manifest.isTextual() ? manifest.textValue() : manifest.toString())
                    .setName(node.path("name").asText("")).setStrategy(node.path("strategy").asText(""))
                    .setSourceDigest(node.path("sourceDigest").asText("")).setTag(node.path("tag").asText(""))
                    .setCommit(node.path("commit").asText("")).setForce(node.path("force").asBoolean(false)).build();
        } catch (JsonProcessingException | StackOverflowError broken) {
            throw new WebApplicationException("the body is not valid JSON: "
                    + (broken instanceof JsonProcessingException cause
                            ? cause.getOriginalMessage()
                            : "nested too deeply"),
                    400);
        }
    }

    @POST
    @Path("{app}/versions")
    @Consumes(MediaType.WILDCARD)
    public Uni<RestResponse<Views.VersionView>> deploy(@RestPath String environment, @RestPath String app,
            String body) {
        DeployRequest request = deployRequest(environment, body);
        return services.registry().deploy(request.toBuilder().setName(app).build()).chain(this::deployed);
    }

    private Uni<RestResponse<Views.VersionView>> deployed(DeployReply reply) {
        if (reply.getProblemsCount() > 0) {
            throw new Problems.ManifestException(reply.getProblemsList());
        }
        Version version = reply.getVersion();
        if (!reply.getCreated()) {
            return withRollout(version).map(rollout -> RestResponse.ok(Views.of(version, rollout, config::url, false)));
        }
        return Uni.createFrom().item(RestResponse.ResponseBuilder
                .create(RestResponse.Status.CREATED, Views.of(version, Rollout.getDefaultInstance(), config::url, true))
                .location(URI.create("/v1/environments/" + version.getEnvironment() + "/apps/" + version.getApp()
                        + "/versions/" + version.getVersion()))
                .build());
    }

    @POST
    @Path("{app}/plan")
    @Consumes(MediaType.WILDCARD)
    public Uni<PlanView> plan(@RestPath String environment, @RestPath String app, String body) {
        DeployRequest request = deployRequest(environment, body).toBuilder().setName(app).build();
        AppRef ref = ref(environment, app);
        return services.registry().plan(request).chain(plan -> {
            if (plan.getProblemsCount() > 0) {
                throw new Problems.ManifestException(plan.getProblemsList());
            }
            return services.scheduler()
                    .listContainers(ContainersRequest.newBuilder().setEnvironment(environment).setApp(app).build())
                    .map(containers -> PlanView.of(ref, plan, containers, config::url));
        });
    }

    @GET
    @Path("{app}/versions")
    public Uni<List<Views.VersionView>> versions(@RestPath String environment, @RestPath String app) {
        AppRef ref = ref(environment, app);
        return services.registry().listVersions(ref)
                .chain(versions -> services.scheduler().listRollouts(ref).map(rollouts -> {
                    Map<Integer, Rollout> byVersion = new HashMap<>();
                    rollouts.getRolloutsList().forEach(rollout -> byVersion.put(rollout.getVersion(), rollout));
                    return versions.getVersionsList().stream().map(version -> Views.of(version,
                            byVersion.getOrDefault(version.getVersion(), Rollout.getDefaultInstance()), config::url,
                            null)).toList();
                }));
    }

    @GET
    @Path("{app}/versions/{version}")
    public Uni<Views.VersionView> version(@RestPath String environment, @RestPath String app, @RestPath int version) {
        return services.registry().getVersion(version(ref(environment, app), version))
                .chain(found -> withRollout(found).map(rollout -> Views.of(found, rollout, config::url, null)));
    }

    private Uni<Rollout> withRollout(Version version) {
        return services.scheduler().getRollout(VersionRef.newBuilder().setEnvironment(version.getEnvironment())
                .setApp(version.getApp()).setVersion(version.getVersion()).build());
    }

    public record RollbackBody(Integer version) {}

    @POST
    @Path("{app}/rollback")
    @Consumes(MediaType.WILDCARD)
    public Uni<RestResponse<Views.VersionView>> rollback(@RestPath String environment, @RestPath String app,
            String body) {
        int version = 0;
        if (body != null && !body.isBlank()) {
            try {
                Integer named = json.readValue(body, RollbackBody.class).version();
                version = named == null ? 0 : named;
            } catch (JsonProcessingException broken) {
                throw new WebApplicationException("the body must be JSON like {\"version\": 3}: "
                        + broken.getOriginalMessage(), 400);
            }
            if (version < 0) {
                throw new WebApplicationException("version must be positive", 400);
            }
        }
        return rollbacks
                .rollback(RollbackRequest.newBuilder().setEnvironment(environment).setApp(app).setVersion(version)
                        .setUser(caller.user()).build())
                .chain(this::deployed);
    }

    @POST
    @Path("{app}/rollover")
    @Consumes(MediaType.WILDCARD)
    public Uni<RestResponse<Views.VersionView>> rollover(@RestPath String environment, @RestPath String app) {
        return services.registry().rollover(RolloverRequest.newBuilder().setEnvironment(environment).setApp(app)
                .setUser(caller.user()).build()).chain(this::deployed);
    }

    @GET
    @Path("{app}/containers")
    public Uni<List<Views.ContainerView>> containers(@RestPath String environment, @RestPath String app) {
        return services.registry().getApp(ref(environment, app)).chain(found -> services.scheduler()
                .listContainers(ContainersRequest.newBuilder().setEnvironment(environment).setApp(app).build()))
                .map(list -> list.getContainersList().stream().map(Views::of).toList());
    }

    private static AppRef ref(String environment, String app) {
        return AppRef.newBuilder().setEnvironment(environment).setApp(app).build();
    }

    private static VersionRef version(AppRef app, int version) {
        return VersionRef.newBuilder().setEnvironment(app.getEnvironment()).setApp(app.getApp()).setVersion(version)
                .build();
    }
}
