package dev.berth.gateway.api;

import dev.berth.gateway.client.Services;
import dev.berth.gateway.control.GatewayConfig;
import dev.berth.protocol.v1.Token;
import io.grpc.Status;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** The gateway's port is everybody's: who reads its metrics there has a token, unless a setting opens them. */
@ApplicationScoped
class MetricsGate {
    private static final String PATH = "/q/metrics";

    private final Services services;
    private final boolean open;

    MetricsGate(Services services, GatewayConfig config) {
        this.services = services;
        open = config.metricsOpen();
    }

    /** By the router that has the page itself, so that both take the same paths for it. */
    void guard(@Observes Router router) {
        if (!open) {
            router.route(PATH).order(Integer.MIN_VALUE).handler(this::check);
            router.route(PATH + "/*").order(Integer.MIN_VALUE).handler(this::check);
        }
    }

    private void check(RoutingContext call) {
        String secret = Authentication.secret(call.request().getHeader("Authorization"));
        if (secret == null) {
            refuse(call, 401, Authentication.HINT);
            return;
        }
        call.request().pause();
        services.registry()
                .authenticate(Token.newBuilder().setSecret(secret).build())
                .subscribe()
                .with(
                        token -> {
                            call.request().resume();
                            call.next();
                        },
                        fault -> refuse(call, fault));
    }

    private static void refuse(RoutingContext call, Throwable fault) {
        Status status = Status.fromThrowable(fault);
        if (status.getCode() == Status.Code.UNAUTHENTICATED) {
            refuse(call, 401, status.getDescription());
        } else {
            refuse(call, 503, "the registry does not answer, which knows the tokens");
        }
    }

    private static void refuse(RoutingContext call, int status, String detail) {
        String title = status == 401 ? "Unauthorized" : "Service Unavailable";
        if (status == 401) {
            call.response().putHeader("WWW-Authenticate", "Bearer");
        }
        call.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .end(new JsonObject()
                        .put("title", title)
                        .put("status", status)
                        .put("detail", detail)
                        .encode());
    }
}
