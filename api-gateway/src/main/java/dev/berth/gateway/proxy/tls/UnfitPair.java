package dev.berth.gateway.proxy.tls;

/** A pair can't be used; the message says why, and what to do. */
final class UnfitPair extends Exception {
    private static final long serialVersionUID = 1;

    UnfitPair(String why) {
        super(why);
    }

    UnfitPair(String why, Throwable cause) {
        super(why, cause);
    }
}
