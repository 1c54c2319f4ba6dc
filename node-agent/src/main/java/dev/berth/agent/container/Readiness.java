package dev.berth.agent.container;

/**
 * How a container is asked whether it is ready.
 *
 * @param path of a GET, or empty for a TCP accept
 * @param http2 it understands HTTP/2 alone
 */
public record Readiness(String path, boolean http2) {}
