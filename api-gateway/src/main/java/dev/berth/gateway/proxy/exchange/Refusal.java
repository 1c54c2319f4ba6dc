package dev.berth.gateway.proxy.exchange;

/**
 * An answer of the gateway's own to app traffic, for which nothing of an app was asked.
 *
 * @param status 400 and more
 * @param detail for people
 * @param retryAfterSeconds 0 for none
 */
public record Refusal(int status, String detail, int retryAfterSeconds) {
    public Refusal(int status, String detail) {
        this(status, detail, 0);
    }
}
