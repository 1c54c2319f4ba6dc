/** Keys: how a service knows which part calls it by gRPC, and what each part may call. */
package dev.berth.protocol.key;
