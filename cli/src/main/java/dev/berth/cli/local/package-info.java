/** Berth on one machine: every part as a process of this one, watched and started again when it dies. */
package dev.berth.cli.local;
