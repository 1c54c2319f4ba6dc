/** One container's life on this host, as values and a pure decision. */
package dev.berth.agent.container;
