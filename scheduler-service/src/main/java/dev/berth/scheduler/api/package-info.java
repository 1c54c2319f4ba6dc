/** The scheduler's gRPC service. */
package dev.berth.scheduler.api;
