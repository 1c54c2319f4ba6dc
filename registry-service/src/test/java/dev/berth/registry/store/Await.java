package dev.berth.registry.store;

import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;

/** What a store answers, on a thread that may wait for it. */
final class Await {
    private Await() {}

    static <T> T await(Uni<T> asked) {
        try {
            return VertxContextSupport.subscribeAndAwait(() -> asked);
        } catch (RuntimeException | Error fault) {
            throw fault;
        } catch (Throwable fault) {
            throw new IllegalStateException(fault);
        }
    }
}
