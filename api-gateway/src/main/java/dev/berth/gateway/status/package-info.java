/** How apps, versions, containers and nodes are, by what the scheduler shows: read here, also while it is away. */
package dev.berth.gateway.status;
