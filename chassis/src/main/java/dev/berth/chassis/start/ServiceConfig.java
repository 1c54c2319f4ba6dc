package dev.berth.chassis.start;

/**
 * What a service is told from outside: one record for each service, whose constructor refuses what it can't work with by
 * {@link UnfitSettingException}. It is made before anything else.
 */
public interface ServiceConfig {}
