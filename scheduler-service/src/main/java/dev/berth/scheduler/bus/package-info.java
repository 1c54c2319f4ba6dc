/** The scheduler's channels: bus messages to records, and back. */
package dev.berth.scheduler.bus;
