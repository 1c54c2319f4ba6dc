package dev.berth.gateway.proxy.http;

/**
 * A message that HTTP does not allow, or that is over a limit. Whoever read it can read no more of its connection: where
 * the next message begins is not known. Without a stack trace, so that one instance can serve all messages of its kind.
 */
public final class BadMessage extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    /**
     * @param status what a client is answered; of a container's answer always 502
     * @param why for people
     */
    BadMessage(int status, String why) {
        super(why, null, false, false);
        this.status = status;
    }

    static BadMessage malformed(String why) {
        return new BadMessage(400, why);
    }

    /** Of a container's answer that reads well, and can't be one. */
    public static BadMessage ofAnswer(String why) {
        return new BadMessage(502, why);
    }

    /** 400, 414, 431, 501 or 505 for a request; 502 for an answer. */
    public int status() {
        return status;
    }
}
