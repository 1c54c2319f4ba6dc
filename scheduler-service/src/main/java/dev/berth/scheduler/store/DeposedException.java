package dev.berth.scheduler.store;

/** Another scheduler leads now; nothing was written. */
public final class DeposedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DeposedException(long epoch) {
        super("another scheduler has taken over since epoch " + epoch);
    }
}
