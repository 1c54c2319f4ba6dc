/** What the scheduler asks the registry, and what it says on the bus. */
package dev.berth.scheduler.client;
