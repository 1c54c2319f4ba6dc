/**
 * What is under way in this gateway: functions, their containers, the claims on those, and who waits for one. Pure, and safe
 * on any thread.
 */
package dev.berth.gateway.traffic;
