package dev.berth.gateway.proxy;

import io.vertx.core.Handler;
import java.util.function.Consumer;

/**
 * The one way in for whatever calls a request's code. Vert.x only logs what a callback throws: the request would hang,
 * and hold its container's slot, until its timeout.
 */
final class Guard {
    private final Consumer<Throwable> broken;

    /** @param broken ends what the callbacks belong to; hears of every fault in them */
    Guard(Consumer<Throwable> broken) {
        this.broken = broken;
    }

    <T> Handler<T> on(Handler<T> step) {
        return event -> {
            try {
                step.handle(event);
            } catch (RuntimeException | Error fault) {
                broken.accept(fault);
            }
        };
    }

    void run(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error fault) {
            broken.accept(fault);
        }
    }
}
