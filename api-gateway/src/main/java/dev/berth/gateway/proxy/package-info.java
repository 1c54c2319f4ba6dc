/**
 * App traffic: a streaming reverse proxy on Netty. {@code FrontDoor} opens it; {@code wire} has the connections, {@code
 * exchange} a request's way between two of them, {@code http} the grammar of what goes over them.
 */
package dev.berth.gateway.proxy;
