/** What the agent asks the registry. */
package dev.berth.agent.client;
