/** The agent's loop: orders and what is seen go through the reconciler; the runtime does what it says. */
package dev.berth.agent.control;
