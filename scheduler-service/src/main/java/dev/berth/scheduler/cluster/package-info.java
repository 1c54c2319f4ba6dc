/**
 * What the leader knows of the whole cluster: apps, nodes, gateways, what they hold and said, and what one turn changes of
 * it. Decisions for one app are {@code rollout}'s. Pure; one loop owns it.
 */
package dev.berth.scheduler.cluster;
