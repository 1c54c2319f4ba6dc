package dev.berth.gateway.control;

/**
 * Bounds of app traffic.
 *
 * @param bodyBytes most bytes of one request's body
 * @param parked most requests that wait for one app's containers
 * @param parkedMillis longest that one waits
 * @param headerBytes most bytes of a request's headers
 * @param idleMillis after which a connection without a request under way is closed, within twice as long
 */
public record Limits(long bodyBytes, int parked, long parkedMillis, int headerBytes, long idleMillis) {}
