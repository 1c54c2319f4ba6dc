package dev.berth.gateway.client;

import dev.berth.protocol.v1.GatewayRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;

/** Asks the scheduler for all routes. */
@ApplicationScoped
public class RouteReader {
    /** For each part of the answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Services services;

    RouteReader(Services services) {
        this.services = services;
    }

    /**
     * Whoever is given all routes counts as a gateway that may send requests by them.
     *
     * @param incarnation of this start of the gateway
     * @return a whole answer, or a failure
     */
    public Uni<AllRoutes> read(String gateway, String incarnation) {
        return services.scheduler()
                .getRoutes(GatewayRef.newBuilder()
                        .setGateway(gateway)
                        .setIncarnation(incarnation)
                        .build())
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .collect()
                .in(AllRoutes::new, AllRoutes::add)
                .onItem()
                .transformToUni(routes -> routes.whole()
                        ? Uni.createFrom().item(routes)
                        : Uni.createFrom().failure(new IOException("the scheduler's answer was cut short")));
    }
}
