package dev.berth.gateway.proxy;

/** What a container answered can't be passed on; the message says why. */
final class UnreadableAnswer extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreadableAnswer(String why) {
        super(why, null, false, false);
    }
}
