/** Sequences what a call or a timer sets off: reads the clock, makes ids, decides, commits, sends. */
package dev.berth.registry.control;
