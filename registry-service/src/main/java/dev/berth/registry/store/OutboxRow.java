package dev.berth.registry.store;

import dev.berth.protocol.v1.AppEvent;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

@Entity
@Table(name = "outbox")
class OutboxRow {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;
    String environment;
    String app;
    @Column(name = "newest_version")
    int newestVersion;

    static OutboxRow of(AppRow app) {
        OutboxRow row = new OutboxRow();
        row.environment = app.environment;
        row.app = app.name;
        row.newestVersion = app.newestVersion;
        return row;
    }

    OutboxStore.Entry toEntry() {
        return new OutboxStore.Entry(id, AppEvent.newBuilder().setEnvironment(environment).setApp(app)
                .setNewestVersion(newestVersion).build());
    }
}
