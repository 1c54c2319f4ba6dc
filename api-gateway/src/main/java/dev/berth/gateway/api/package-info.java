/** The management API: REST and gRPC, the same on both. */
package dev.berth.gateway.api;
