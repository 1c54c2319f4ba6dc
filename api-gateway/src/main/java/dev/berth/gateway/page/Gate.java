package dev.berth.gateway.page;

import dev.berth.gateway.api.Caller;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.core.multipart.FormData;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/** Who is not logged in is sent to do so; who asks for a change must have been given its form by us. */
class Gate {
    private final Caller caller;
    private final Viewer viewer;

    Gate(Caller caller, Viewer viewer) {
        this.caller = caller;
        this.viewer = viewer;
    }

    @LoggedIn
    @ServerRequestFilter(readBody = true)
    public Uni<Response> check(ResteasyReactiveContainerRequestContext request, HttpHeaders headers, UriInfo uri) {
        Optional<Session> named = SessionCookie.of(headers);
        if (named.isEmpty()) {
            return Uni.createFrom().item(toLogIn(request.getMethod(), headers, uri));
        }
        Session session = named.get();
        if (!request.getMethod().equals("GET") && !session.allows(said(request))) {
            throw new ForbiddenException(
                    "this form is not of your session; load its page again, and repeat what you did");
        }
        return caller.is(session.secret())
                .map(user -> {
                    viewer.is(user, session);
                    return (Response) null;
                })
                .onFailure(Gate::refused)
                .recoverWithItem(() -> toLogIn(request.getMethod(), headers, uri));
    }

    private static String said(ResteasyReactiveContainerRequestContext request) {
        FormData form = request.getServerRequestContext() == null
                ? null
                : ((org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext)
                                request.getServerRequestContext())
                        .getFormData();
        return form == null || form.getFirst("csrf") == null
                ? null
                : form.getFirst("csrf").getValue();
    }

    private static boolean refused(Throwable fault) {
        return fault instanceof StatusRuntimeException refusal
                && refusal.getStatus().getCode() == Status.Code.UNAUTHENTICATED;
    }

    private static Response toLogIn(String method, HttpHeaders headers, UriInfo uri) {
        String asked = uri.getRequestUri().getRawPath()
                + (uri.getRequestUri().getRawQuery() == null
                        ? ""
                        : "?" + uri.getRequestUri().getRawQuery());
        String next = method.equals("GET") && !asked.equals("/")
                ? "?next=" + URLEncoder.encode(asked, StandardCharsets.UTF_8)
                : "";
        return Response.seeOther(URI.create("/login" + next))
                .header(HttpHeaders.SET_COOKIE, SessionCookie.cleared(SessionCookie.secure(headers)))
                .build();
    }
}
