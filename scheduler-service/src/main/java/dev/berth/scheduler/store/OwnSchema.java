package dev.berth.scheduler.store;

import dev.berth.chassis.start.WaitForDatabase;
import jakarta.inject.Singleton;

@Singleton
class OwnSchema extends WaitForDatabase {
    OwnSchema() {
        super("scheduler");
    }
}
