/** What the scheduler hears: bus messages to records. */
package dev.berth.scheduler.bus;
