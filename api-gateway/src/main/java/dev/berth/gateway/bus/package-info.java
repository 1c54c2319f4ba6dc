/** The gateway's channels: routes in, status out. */
package dev.berth.gateway.bus;
