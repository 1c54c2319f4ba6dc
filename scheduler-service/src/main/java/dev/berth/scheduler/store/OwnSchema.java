package dev.berth.scheduler.store;

import dev.berth.chassis.start.Settings;
import dev.berth.chassis.start.WaitForDatabase;
import jakarta.inject.Singleton;

@Singleton
class OwnSchema extends WaitForDatabase {
    OwnSchema(Settings settings) {
        super(settings, "scheduler");
    }
}
