/** The leader's loop: takes in what was said, lets the conductor decide, commits, sends. Reads the clock, makes ids. */
package dev.berth.scheduler.control;
