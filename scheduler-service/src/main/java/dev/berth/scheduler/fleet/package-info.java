/** What runs where, as values: versions, containers, nodes, gateways and what they report. Pure. */
package dev.berth.scheduler.fleet;
