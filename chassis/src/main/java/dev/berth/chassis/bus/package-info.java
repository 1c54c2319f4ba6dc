/**
 * The bus as every service speaks it: one connection, and the messaging connector that the channels use.
 * Messages are level-triggered, so the connector may lose, repeat or reorder them; what it promises is that a
 * subscriber sees the last value of each subject soon after every connection, and that a wiped server is set up again.
 */
package dev.berth.chassis.bus;
