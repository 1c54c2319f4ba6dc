package dev.berth.gateway.api;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Every call under /v1 carries a bearer token. */
class Authentication {
    static final String HINT = "send Authorization: Bearer <token>; `berth up` writes one for this machine into its "
            + "profile, `berth token create USER` makes others";

    private final Caller caller;

    Authentication(Caller caller) {
        this.caller = caller;
    }

    @ServerRequestFilter
    public Uni<Response> check(ContainerRequestContext request) {
        if (!request.getUriInfo().getPath().startsWith("/v1")) {
            return Uni.createFrom().nullItem();
        }
        String header = request.getHeaderString("Authorization");
        String secret = secret(header);
        if (secret == null) {
            return Uni.createFrom().item(Problems.response(401, HINT, List.of()));
        }
        return caller.is(secret).replaceWith((Response) null);
    }

    /** Null where the header is no bearer token. */
    static String secret(String header) {
        if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7) || header.length() > 300) {
            return null;
        }
        String secret = header.substring(7).strip();
        return secret.isEmpty() ? null : secret;
    }
}
