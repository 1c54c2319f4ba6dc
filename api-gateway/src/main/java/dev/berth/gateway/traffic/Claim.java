package dev.berth.gateway.traffic;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A hold on one slot of a container, for one request. Whoever has it ends it, once. */
public final class Claim {
    private static final VarHandle ENDED;

    static {
        try {
            ENDED = MethodHandles.lookup().findVarHandle(Claim.class, "ended", boolean.class);
        } catch (ReflectiveOperationException fault) {
            throw new ExceptionInInitializerError(fault);
        }
    }

    private final Backend backend;
    private final Counts route;

    @SuppressWarnings("unused") // By its handle: one step, and no object beside the claim.
    private volatile boolean ended;

    Claim(Backend backend, Counts route) {
        this.backend = backend;
        this.route = route;
    }

    public Backend backend() {
        return backend;
    }

    /**
     * Gives the slot back. True where it was the last one of a draining container.
     *
     * @throws IllegalStateException where it has ended: the slot is another request's by now
     */
    public boolean end(Backend.End how, long nowMillis) {
        if (!ENDED.compareAndSet(this, false, true)) {
            throw new IllegalStateException("a claim on " + backend.id + " ends a second time, " + how);
        }
        boolean last = backend.release(how, nowMillis);
        route.ends();
        return last;
    }
}
