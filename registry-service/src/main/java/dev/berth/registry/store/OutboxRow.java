package dev.berth.registry.store;

import dev.berth.protocol.v1.AppEvent;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

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

    UUID life;
    long revision;

    static OutboxRow of(AppRow app) {
        OutboxRow row = new OutboxRow();
        row.environment = app.environment;
        row.app = app.name;
        row.newestVersion = app.newestVersion;
        row.life = app.life;
        row.revision = app.revision;
        return row;
    }

    OutboxStore.Entry toEntry() {
        return new OutboxStore.Entry(
                id,
                AppEvent.newBuilder()
                        .setEnvironment(environment)
                        .setApp(app)
                        .setNewestVersion(newestVersion)
                        .setLife(life.toString())
                        .setRevision(revision)
                        .build());
    }
}
