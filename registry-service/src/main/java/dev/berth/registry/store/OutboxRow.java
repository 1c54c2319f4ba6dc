package dev.berth.registry.store;

import dev.berth.registry.app.AppChange;
import dev.berth.registry.app.AppName;
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
                id, new AppChange(new AppName(environment, app), life.toString(), revision, newestVersion));
    }
}
