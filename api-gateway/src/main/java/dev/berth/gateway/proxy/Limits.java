package dev.berth.gateway.proxy;

/**
 * Bounds of app traffic.
 *
 * @param bodyBytes most bytes of one request's body
 * @param parked most requests that wait for one app's containers
 * @param parkedMillis longest that one waits
 * @param headerBytes most bytes of a request's headers
 * @param idleMillis after which a connection without a request under way is closed, within twice as long
 */
public record Limits(long bodyBytes, int parked, long parkedMillis, int headerBytes, long idleMillis) {
    public Limits {
        if (bodyBytes < 1 || parked < 0 || parkedMillis < 1 || headerBytes < 1024 || idleMillis < 1) {
            throw new IllegalArgumentException("berth.gateway: body-limit, park-timeout and idle-timeout are positive, "
                    + "park-limit is not negative, header-limit is at least 1024");
        }
    }
}
