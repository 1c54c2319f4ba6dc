package dev.berth.gateway.control;

import dev.berth.gateway.client.History;
import dev.berth.gateway.client.RegistryClient;
import dev.berth.gateway.status.AppName;
import dev.berth.gateway.status.Earlier;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Rolls back where no version was named: to the one that served before. */
@ApplicationScoped
public class Rollbacks {
    /**
     * @param version to go to
     * @param chosenAt the newest version when it was chosen: after another it may be another
     */
    public record Choice(int version, int chosenAt) {}

    private static final int MOST_TRIES = 5;

    private final RegistryClient registry;
    private final History history;

    Rollbacks(RegistryClient registry, History history) {
        this.registry = registry;
        this.history = history;
    }

    /** @param send says what was chosen; fails with ABORTED where a deploy came between */
    public <T> Uni<T> toEarlier(AppName app, Function<Choice, Uni<T>> send) {
        return untilItHolds(() -> registry.candidates(app)
                .chain(candidates -> registry.app(app)
                        .chain(registered -> history.rollouts(app, registered.life(), 0))
                        .map(rollouts -> new Choice(
                                Earlier.target(candidates, rollouts).orElseThrow(Rollbacks::noneServed),
                                newest(candidates)))
                        .chain(send::apply)));
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

    private static int newest(List<Earlier.Candidate> candidates) {
        return candidates.stream().mapToInt(Earlier.Candidate::version).max().orElse(0);
    }

    private static StatusRuntimeException noneServed() {
        return Status.FAILED_PRECONDITION
                .withDescription("no earlier version was ever live; name one: berth app rollback APP VERSION")
                .asRuntimeException();
    }
}
