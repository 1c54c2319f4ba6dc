/** The scheduler's rows in PostgreSQL. Every write is guarded by the epoch of the lease. */
package dev.berth.scheduler.store;
