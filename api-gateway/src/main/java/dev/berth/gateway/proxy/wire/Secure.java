package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.proxy.tls.Tls;

/**
 * The port beside the plain one, where TLS is spoken.
 *
 * @param redirect the port of https that clients of the plain one are sent to; 0 where they are served
 */
public record Secure(int port, Tls tls, int redirect) {}
