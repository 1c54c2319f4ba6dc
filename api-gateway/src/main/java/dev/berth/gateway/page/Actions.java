package dev.berth.gateway.page;

import dev.berth.gateway.api.AppsApi;
import dev.berth.gateway.api.Views.VersionView;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** What a page's buttons do; each leads to the page that shows what came of it. */
@Path("/apps/{environment}/{app}")
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@LoggedIn
public class Actions {
    private final AppsApi apps;

    Actions(AppsApi apps) {
        this.apps = apps;
    }

    /** @param version to go back to; without it, to the one that served before */
    @POST
    @Path("rollback")
    public Uni<Response> rollback(@RestPath String environment, @RestPath String app, @RestForm String version) {
        return apps.rollback(environment, app, number(version)).map(this::toVersion);
    }

    @POST
    @Path("rollover")
    public Uni<Response> rollover(@RestPath String environment, @RestPath String app) {
        return apps.rollover(environment, app).map(this::toVersion);
    }

    @POST
    @Path("stop")
    public Uni<Response> stop(@RestPath String environment, @RestPath String app) {
        return apps.stop(environment, app).map(stopped -> to("/apps/" + environment + "/" + app));
    }

    private Response toVersion(RestResponse<VersionView> made) {
        VersionView version = made.getEntity();
        return to("/apps/" + version.environment() + "/" + version.app() + "/versions/" + version.version());
    }

    private static Response to(String page) {
        return Response.seeOther(URI.create(page)).build();
    }

    private static int number(String version) {
        if (version == null || version.isBlank()) {
            return 0;
        }
        if (!version.matches("[1-9][0-9]{0,8}")) {
            throw new BadRequestException("version must be a number, 1 or more");
        }
        return Integer.parseInt(version);
    }
}
