/** What the agent keeps on its host's disk, for its next start. */
package dev.berth.agent.store;
