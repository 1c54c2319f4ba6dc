/** The registry's gRPC service. */
package dev.berth.registry.api;
