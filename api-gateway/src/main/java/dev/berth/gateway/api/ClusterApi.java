package dev.berth.gateway.api;

import dev.berth.gateway.client.Services;
import dev.berth.gateway.control.Statuses;
import dev.berth.protocol.v1.CreateTokenRequest;
import dev.berth.protocol.v1.Empty;
import dev.berth.protocol.v1.EnvironmentRef;
import dev.berth.protocol.v1.TokenRef;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** Environments, tokens and nodes. */
@Path("/v1")
@Produces(MediaType.APPLICATION_JSON)
public class ClusterApi {
    public record EnvironmentView(String name, Instant createdAt) {}

    public record CreateEnvironment(String name) {}

    public record CreateToken(String user) {}

    private final Services services;
    private final Statuses statuses;

    ClusterApi(Services services, Statuses statuses) {
        this.services = services;
        this.statuses = statuses;
    }

    @GET
    @Path("environments")
    public Uni<List<EnvironmentView>> environments() {
        return services.registry()
                .listEnvironments(Empty.getDefaultInstance())
                .map(list -> list.getEnvironmentsList().stream()
                        .map(one -> new EnvironmentView(one.getName(), Instant.ofEpochMilli(one.getCreatedAt())))
                        .toList());
    }

    @POST
    @Path("environments")
    public Uni<RestResponse<EnvironmentView>> createEnvironment(CreateEnvironment body) {
        return services.registry()
                .createEnvironment(ref(body == null ? null : body.name()))
                .map(one -> RestResponse.status(
                        RestResponse.Status.CREATED,
                        new EnvironmentView(one.getName(), Instant.ofEpochMilli(one.getCreatedAt()))));
    }

    @DELETE
    @Path("environments/{environment}")
    public Uni<RestResponse<Void>> deleteEnvironment(@RestPath String environment) {
        return services.registry().deleteEnvironment(ref(environment)).map(done -> RestResponse.noContent());
    }

    @GET
    @Path("environments/{environment}/containers")
    public List<Views.ContainerView> containers(@RestPath String environment) {
        return statuses.containers(environment).stream().map(Views::of).toList();
    }

    @GET
    @Path("tokens")
    public Uni<List<Views.TokenView>> tokens() {
        return services.registry()
                .listTokens(Empty.getDefaultInstance())
                .map(list -> list.getTokensList().stream().map(Views::of).toList());
    }

    @POST
    @Path("tokens")
    public Uni<RestResponse<Views.TokenView>> createToken(CreateToken body) {
        if (body == null || body.user() == null) {
            throw new WebApplicationException("the body must be JSON like {\"user\": \"ada\"}", 400);
        }
        return services.registry()
                .createToken(
                        CreateTokenRequest.newBuilder().setUser(body.user()).build())
                .map(token -> RestResponse.status(RestResponse.Status.CREATED, Views.of(token)));
    }

    @DELETE
    @Path("tokens/{id}")
    public Uni<Views.TokenView> revokeToken(@RestPath String id) {
        return services.registry()
                .revokeToken(TokenRef.newBuilder().setId(id).build())
                .map(Views::of);
    }

    @GET
    @Path("nodes")
    public List<Views.NodeView> nodes() {
        return statuses.nodes().stream().map(Views::of).toList();
    }

    private static EnvironmentRef ref(String name) {
        return EnvironmentRef.newBuilder()
                .setEnvironment(name == null ? "" : name)
                .build();
    }
}
