package dev.berth.gateway.control;

import dev.berth.gateway.client.Services;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.DeployReply;
import dev.berth.protocol.v1.Outcome;
import dev.berth.protocol.v1.RollbackRequest;
import dev.berth.protocol.v1.Rollout;
import dev.berth.protocol.v1.Rollouts;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.Versions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Rolls back; finds the version to go to where none was named. */
@ApplicationScoped
public class Rollbacks {
    private static final int MOST_TRIES = 5;

    private final Services services;

    Rollbacks(Services services) {
        this.services = services;
    }

    public Uni<DeployReply> rollback(RollbackRequest request) {
        if (request.getVersion() != 0) {
            return services.registry().rollback(request);
        }
        AppRef app = AppRef.newBuilder()
                .setEnvironment(request.getEnvironment())
                .setApp(request.getApp())
                .build();
        return untilItHolds(() -> services.registry()
                .listVersions(app)
                .chain(versions -> services.scheduler()
                        .listRollouts(app)
                        .map(rollouts -> request.toBuilder()
                                .setVersion(target(versions, rollouts))
                                .setChosenAt(newest(versions))
                                .build()))
                .chain(chosen -> services.registry().rollback(chosen)));
    }

    /** Chooses anew where a deploy came between: what was live before may be another version by then. */
    static <T> Uni<T> untilItHolds(Supplier<Uni<T>> choice) {
        return Uni.createFrom()
                .deferred(choice::get)
                .onFailure(Rollbacks::overtaken)
                .retry()
                .atMost(MOST_TRIES);
    }

    private static boolean overtaken(Throwable fault) {
        return fault instanceof StatusRuntimeException refusal
                && refusal.getStatus().getCode() == Status.Code.ABORTED;
    }

    private static int newest(Versions versions) {
        return versions.getVersionsList().stream()
                .mapToInt(Version::getVersion)
                .max()
                .orElse(0);
    }

    /**
     * The newest version that once was live and has another spec than the one that serves, or served last: going back
     * twice goes on backwards, not to and fro.
     */
    private static int target(Versions versions, Rollouts rollouts) {
        Map<Integer, Version> byNumber =
                versions.getVersionsList().stream().collect(Collectors.toMap(Version::getVersion, Function.identity()));
        Version present = null;
        for (Rollout rollout : rollouts.getRolloutsList()) {
            Version version = byNumber.get(rollout.getVersion());
            boolean served =
                    rollout.getOutcome() == Outcome.ROLLOUT_LIVE || rollout.getOutcome() == Outcome.ROLLOUT_SUPERSEDED;
            if (version == null || !served) {
                continue;
            }
            if (present == null) {
                present = version.getRollbackOf() == 0
                        ? version
                        : byNumber.getOrDefault(version.getRollbackOf(), version);
            } else if (version.getVersion() < present.getVersion()
                    && !version.getSpecDigest().equals(present.getSpecDigest())) {
                return version.getVersion();
            }
        }
        throw Status.FAILED_PRECONDITION
                .withDescription("no earlier version was ever live; name one: berth app rollback APP VERSION")
                .asRuntimeException();
    }
}
