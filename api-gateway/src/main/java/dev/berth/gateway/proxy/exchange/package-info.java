/**
 * A request's way from a client to a container and back, whichever HTTP they speak. An {@code Exchange} lives on one event
 * loop, with both ends; it knows no channel but what {@code Downstream} and {@code Upstream} say.
 */
package dev.berth.gateway.proxy.exchange;
