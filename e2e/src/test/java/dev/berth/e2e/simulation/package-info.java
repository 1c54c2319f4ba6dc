/**
 * The cores of scheduler, agent and gateway in virtual time, from one seed: several apps with several functions, deploys good and bad,
 * rollbacks, rollovers, stops, collections; nodes, gateways and leaders that die, stand still or are lost; a bus that loses,
 * repeats, delays, and freezes for all at once. After each event the promises are checked; a breach names the seed.
 */
package dev.berth.e2e.simulation;
