/** The agent's channels: orders in; what is observed, and output, out. */
package dev.berth.agent.bus;
