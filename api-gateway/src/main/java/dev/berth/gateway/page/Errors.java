package dev.berth.gateway.page;

import dev.berth.gateway.api.Problems;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.lang.annotation.Annotation;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** What went wrong, as a page, for whom the API's words would be a heap of JSON. */
class Errors {
    /** @param detail what a person can do about it, where that is known */
    public record Fault(int status, String title, String detail) implements TemplateInstance {}

    @ServerResponseFilter
    public void show(ContainerRequestContext request, ContainerResponseContext response) {
        String path = request.getUriInfo().getPath();
        if (path.startsWith("/v1")
                || path.startsWith("/q/")
                || !(response.getEntity() instanceof Problems.Problem problem)) {
            return;
        }
        Fault fault = new Fault(problem.status(), problem.title(), problem.detail());
        response.setEntity(fault.render(), new Annotation[0], MediaType.TEXT_HTML_TYPE.withCharset("utf-8"));
    }

    /** What a page shows is of one moment and one user. */
    @LoggedIn
    @ServerResponseFilter
    public void keepNothing(ContainerResponseContext response) {
        response.getHeaders().putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
    }
}
