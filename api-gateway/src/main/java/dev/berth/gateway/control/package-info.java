/** Keeps the routes current, says what is in flight, opens the front door. Reads the clock. */
package dev.berth.gateway.control;
