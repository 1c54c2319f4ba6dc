package dev.berth.chassis.bus;

/** A message as its stream holds it; positions count up within the stream. */
public record StoredMessage(long position, BusMessage message) {}
