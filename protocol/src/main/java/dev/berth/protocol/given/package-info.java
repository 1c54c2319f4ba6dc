/** Servers that a setting names: what is wrong with them, in one sentence that says what to do. */
package dev.berth.protocol.given;
