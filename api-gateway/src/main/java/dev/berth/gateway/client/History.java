package dev.berth.gateway.client;

import dev.berth.gateway.status.AppName;
import dev.berth.gateway.status.Rollout;
import dev.berth.protocol.v1.RolloutsRequest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/** Rollouts as the scheduler has stored them. Who asks does not wait long for one that stands still. */
@ApplicationScoped
public class History {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Services services;

    History(Services services) {
        this.services = services;
    }

    /**
     * The newest first.
     *
     * @param life of the app
     * @param version 0 for all of them
     * @return a failure that {@link Services#unanswered} knows where nobody answers
     */
    public Uni<List<Rollout>> rollouts(AppName app, String life, int version) {
        return services.scheduler()
                .listRollouts(RolloutsRequest.newBuilder()
                        .setEnvironment(app.environment())
                        .setApp(app.app())
                        .setLife(life)
                        .setVersion(version)
                        .build())
                .ifNoItem()
                .after(PATIENCE)
                .fail()
                .map(list -> list.getRolloutsList().stream()
                        .map(ShownMessages::rollout)
                        .toList());
    }
}
