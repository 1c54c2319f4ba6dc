/** The engines that run containers, and what is read of the host. Nothing here decides what should run. */
package dev.berth.agent.runtime;
