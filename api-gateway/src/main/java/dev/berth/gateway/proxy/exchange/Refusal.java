package dev.berth.gateway.proxy.exchange;

/**
 * An answer of the gateway's own to app traffic, for which nothing of an app was asked.
 *
 * @param status 400 and more, or 308
 * @param detail for people
 * @param retryAfterSeconds 0 for none
 * @param location where to ask instead; null for nowhere
 */
public record Refusal(int status, String detail, int retryAfterSeconds, String location) {
    public Refusal(int status, String detail) {
        this(status, detail, 0);
    }

    public Refusal(int status, String detail, int retryAfterSeconds) {
        this(status, detail, retryAfterSeconds, null);
    }

    /** To the same by https, with the same method (RFC 9110, 15.4.9). */
    public static Refusal redirect(String location) {
        return new Refusal(308, "this gateway answers by https: " + location, 0, location);
    }
}
