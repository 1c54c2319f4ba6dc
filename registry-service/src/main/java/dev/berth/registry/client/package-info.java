/** What the registry publishes. */
package dev.berth.registry.client;
