/** The registry's one outgoing channel. */
package dev.berth.registry.bus;
