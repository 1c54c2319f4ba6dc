/** Keys: how a service says by gRPC which part it is, and knows which part calls it. */
package dev.berth.chassis.key;
