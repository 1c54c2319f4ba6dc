package dev.berth.gateway.page;

import dev.berth.gateway.api.Caller;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.ForbiddenException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;

/** Log in by token, and out. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
public class LogInPages {
    private final Caller caller;
    private final SecureRandom random = new SecureRandom();

    LogInPages(Caller caller) {
        this.caller = caller;
    }

    /**
     * @param next the page that is shown afterwards
     * @param refused why a token was not taken; null where none was tried
     */
    public record LogIn(String next, String refused) implements TemplateInstance {}

    @GET
    @Path("login")
    public LogIn form(@RestQuery String next) {
        return new LogIn(local(next), null);
    }

    @POST
    @Path("login")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Uni<Response> logIn(@RestForm String token, @RestForm String next, @Context HttpHeaders headers) {
        mustBeOurForm(headers);
        String secret = token == null ? "" : token.strip();
        if (secret.isEmpty() || secret.length() > 300) {
            return Uni.createFrom().item(refused(next, "Paste a token; berth token create USER makes one."));
        }
        return caller.is(secret)
                .map(user -> Response.seeOther(URI.create(local(next)))
                        .header(
                                HttpHeaders.SET_COOKIE,
                                SessionCookie.set(new Session(secret, id()), SessionCookie.secure(headers)))
                        .build())
                .onFailure(LogInPages::unknown)
                .recoverWithItem(() -> refused(next, "This token is unknown or revoked."));
    }

    /** Needs no session: who can't prove one any more has to get rid of its cookie too. */
    @POST
    @Path("logout")
    @Consumes(MediaType.WILDCARD)
    public Response logOut(@Context HttpHeaders headers) {
        mustBeOurForm(headers);
        return Response.seeOther(URI.create("/login"))
                .header(HttpHeaders.SET_COOKIE, SessionCookie.cleared(SessionCookie.secure(headers)))
                .build();
    }

    private static boolean unknown(Throwable fault) {
        return fault instanceof StatusRuntimeException refusal
                && refusal.getStatus().getCode() == Status.Code.UNAUTHENTICATED;
    }

    private static Response refused(String next, String why) {
        return Response.status(Response.Status.UNAUTHORIZED)
                .entity(new LogIn(local(next), why))
                .build();
    }

    private String id() {
        byte[] bytes = new byte[12];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** There is no session yet that a form could be bound to: browsers say which site asks. */
    private static void mustBeOurForm(HttpHeaders headers) {
        String site = headers.getHeaderString("sec-fetch-site");
        String origin = headers.getHeaderString("origin");
        boolean foreign = site != null && !site.equals("same-origin") && !site.equals("none")
                || site == null
                        && origin != null
                        && !origin.replaceFirst("^https?://", "").equals(headers.getHeaderString("host"));
        if (foreign) {
            throw new ForbiddenException("this form came from another site; open /login yourself");
        }
    }

    /** A path of these pages: whoever sends somebody here can't send them elsewhere. */
    static String local(String next) {
        return next != null
                        && next.matches("/([A-Za-z0-9._~%?&=+,:-][A-Za-z0-9/._~%?&=+,:-]*)?")
                        && !next.startsWith("/-/")
                ? next
                : "/";
    }
}
