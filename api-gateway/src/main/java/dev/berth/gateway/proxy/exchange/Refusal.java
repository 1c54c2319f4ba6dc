package dev.berth.gateway.proxy.exchange;

import dev.berth.gateway.traffic.Refused;

/**
 * An answer of the gateway's own to app traffic, for which nothing of an app was asked.
 *
 * @param why null where it is none of a fault: where it sends the client on
 * @param status 400 and more, or 308
 * @param detail for people
 * @param retryAfterSeconds 0 for none
 * @param location where to ask instead; null for nowhere
 */
public record Refusal(Refused why, int status, String detail, int retryAfterSeconds, String location) {
    public Refusal(Refused why, int status, String detail) {
        this(why, status, detail, 0);
    }

    public Refusal(Refused why, int status, String detail, int retryAfterSeconds) {
        this(why, status, detail, retryAfterSeconds, null);
    }

    /** To the same by https, with the same method (RFC 9110, 15.4.9). */
    public static Refusal redirect(String location) {
        return new Refusal(null, 308, "this gateway answers by https: " + location, 0, location);
    }
}
