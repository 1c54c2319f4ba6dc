package dev.berth.gateway.proxy;

/**
 * Bounds of app traffic.
 *
 * @param bodyBytes most bytes of one request's body
 * @param parked most requests that wait for one app's containers
 * @param parkedMillis longest that one waits
 * @param headerBytes most bytes of a request's headers
 */
public record Limits(long bodyBytes, int parked, long parkedMillis, int headerBytes) {
    public Limits {
        if (bodyBytes < 1 || parked < 0 || parkedMillis < 1 || headerBytes < 1024) {
            throw new IllegalArgumentException("berth.gateway: body-limit and park-timeout are positive, park-limit is "
                    + "not negative, header-limit is at least 1024");
        }
    }
}
