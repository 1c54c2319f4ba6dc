/** What the scheduler asks the registry. */
package dev.berth.scheduler.client;
