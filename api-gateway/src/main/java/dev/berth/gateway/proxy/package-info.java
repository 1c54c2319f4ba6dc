/**
 * App traffic: a streaming reverse proxy on Vert.x's server and client. An {@code Exchange} lives on one event loop,
 * with the client connection and the container's connection on the same one.
 */
package dev.berth.gateway.proxy;
