/** The key of each part, and what each part may call by gRPC. */
package dev.berth.protocol.key;
