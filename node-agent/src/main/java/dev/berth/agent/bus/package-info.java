/** What the agent hears: orders. */
package dev.berth.agent.bus;
