/** The cluster key: how services of one cluster know each other's gRPC calls. */
package dev.berth.protocol.key;
