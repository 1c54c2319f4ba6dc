/** Metrics by the list of their names, {@link dev.berth.protocol.metric.Metric}. */
package dev.berth.chassis.metric;
