/** What the agent asks the registry, and what it says: what it sees, and the output of containers. */
package dev.berth.agent.client;
