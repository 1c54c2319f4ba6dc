package dev.berth.scheduler.control;

import dev.berth.scheduler.cluster.Cluster;
import io.grpc.Status;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Instant;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** What waits for the leader's loop. */
sealed interface Message {
    /** Something that was seen or said. Where it is lost, it is said again. */
    record Observation(BiConsumer<Cluster, Instant> tell) implements Message {}

    /** Somebody waits for the answer. Where the question fails, only its asker hears of it. */
    record Question<T>(BiFunction<Cluster, Instant, T> ask, UniEmitter<? super T> answer) implements Message {
        void answer(Cluster cluster, Instant now) {
            try {
                answer.complete(ask.apply(cluster, now));
            } catch (RuntimeException fault) {
                answer.fail(fault);
            }
        }

        void refuse() {
            answer.fail(Status.UNAVAILABLE
                    .withDescription("this scheduler does not lead; try again")
                    .asRuntimeException());
        }
    }
}
