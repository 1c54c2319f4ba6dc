package dev.berth.chassis.bus;

/** Event: the bus is there (again) and may be empty; whoever owns state publishes it now. */
public record BusConnected() {}
