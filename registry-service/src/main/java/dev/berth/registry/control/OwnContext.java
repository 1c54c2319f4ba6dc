package dev.berth.registry.control;

import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

/** Work that belongs to no request: a Vert.x context of its own, so that no caller's session or transaction leaks in. */
final class OwnContext {
    private OwnContext() {}

    static void run(Vertx vertx, Runnable work) {
        Context context = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
        VertxContextSafetyToggle.setContextSafe(context, true);
        context.runOnContext(nothing -> work.run());
    }
}
