/** What the gateway asks the registry and the scheduler. */
package dev.berth.gateway.client;
