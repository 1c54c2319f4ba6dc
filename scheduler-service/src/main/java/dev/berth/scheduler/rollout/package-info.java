/**
 * From one version to the next: the reconciler decides for one app, the conductor keeps all of them and applies what
 * was decided. Pure: time and ids come in as arguments; rows to write and messages to send go out.
 */
package dev.berth.scheduler.rollout;
