package dev.berth.gateway.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.gateway.client.Services;
import io.grpc.StatusRuntimeException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place where faults become problem+json (RFC 9457). */
public class Problems {
    private static final Logger LOG = Logger.getLogger(Problems.class);

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Problem(String title, int status, String detail, List<At> problems) {}

    public record At(String path, String message) {}

    /** The manifest's problems, all at once. */
    static final class ManifestException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final transient List<At> problems;

        private ManifestException(int status, List<At> problems) {
            this.status = status;
            this.problems = problems;
        }

        ManifestException(List<dev.berth.protocol.v1.Problem> problems) {
            this(
                    422,
                    problems.stream()
                            .map(problem -> new At(problem.getPath(), problem.getMessage()))
                            .toList());
        }

        /** Of a text in which no manifest can be read. */
        static RuntimeException malformed(StatusRuntimeException fault) {
            return new ManifestException(
                    400, List.of(new At("", fault.getStatus().getDescription())));
        }
    }

    @ServerExceptionMapper
    public Response manifest(ManifestException fault) {
        String detail = fault.problems.size() == 1
                ? (fault.problems.getFirst().path().isEmpty()
                                ? ""
                                : fault.problems.getFirst().path() + " ")
                        + fault.problems.getFirst().message()
                : "the manifest has " + fault.problems.size() + " problems";
        return response(fault.status, detail, fault.problems);
    }

    @ServerExceptionMapper
    public Response service(StatusRuntimeException fault) {
        int status = Services.unanswered(fault)
                ? 503
                : switch (fault.getStatus().getCode()) {
                    case INVALID_ARGUMENT, OUT_OF_RANGE -> 400;
                    case UNAUTHENTICATED -> 401;
                    case PERMISSION_DENIED -> 403;
                    case NOT_FOUND -> 404;
                    case ALREADY_EXISTS, FAILED_PRECONDITION, ABORTED -> 409;
                    case RESOURCE_EXHAUSTED -> 413;
                    case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED -> 503;
                    case OK, UNKNOWN, UNIMPLEMENTED, INTERNAL, DATA_LOSS -> 500;
                };
        String detail = fault.getStatus().getDescription();
        if (status >= 500) {
            LOG.warnf("a service failed: %s", fault.getStatus());
        }
        if (status == 503) {
            return response(
                    503,
                    "the registry or the scheduler does not answer; apps go on being served"
                            + (detail == null ? "" : ": " + detail),
                    List.of());
        }
        return response(status, detail == null ? fault.getStatus().getCode().name() : detail, List.of());
    }

    @ServerExceptionMapper
    public Response http(WebApplicationException fault) {
        return response(fault.getResponse().getStatus(), fault.getMessage(), List.of());
    }

    static Response response(int status, String detail, List<At> problems) {
        Response.Status known = Response.Status.fromStatusCode(status);
        String title = known != null ? known.getReasonPhrase() : status == 422 ? "Unprocessable Content" : "Error";
        Response.ResponseBuilder answer = Response.status(status)
                .type("application/problem+json")
                .entity(new Problem(title, status, detail, problems));
        if (status == 401) {
            answer.header("WWW-Authenticate", "Bearer");
        }
        if (status == 503) {
            answer.header("Retry-After", "1");
        }
        return answer.build();
    }
}
