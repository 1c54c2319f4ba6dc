/** The {@code berth} command: one class a group of verbs, on the client library. */
package dev.berth.cli;
