/**
 * The connections: HTTP/1 by the grammar of {@code http}, HTTP/2 by Netty's codec, each as a client's end and as a
 * container's. A {@code Listener} has the port, a {@code Door} one event loop.
 */
package dev.berth.gateway.proxy.wire;
