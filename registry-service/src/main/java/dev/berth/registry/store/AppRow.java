package dev.berth.registry.store;

import dev.berth.protocol.v1.App;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.IdClass;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.io.Serializable;
import java.time.Instant;

@Entity
@Table(name = "app")
@IdClass(AppRow.Key.class)
class AppRow {
    record Key(String environment, String name) implements Serializable {}

    @Id
    String environment;
    @Id
    String name;
    @Column(name = "created_at")
    Instant createdAt;
    @Column(name = "newest_version")
    int newestVersion;
    @Column(name = "stopped_at")
    Instant stoppedAt;
    @Column(name = "stopped_by")
    String stoppedBy;
    @Column(name = "collect_at")
    Instant collectAt;
    @Version
    int revision;

    boolean stopped() {
        return stoppedAt != null;
    }

    App toMessage() {
        App.Builder app = App.newBuilder().setEnvironment(environment).setName(name)
                .setCreatedAt(createdAt.toEpochMilli()).setNewestVersion(newestVersion).setStopped(stopped());
        if (stopped()) {
            app.setStoppedAt(stoppedAt.toEpochMilli()).setStoppedBy(stoppedBy).setCollectAt(collectAt.toEpochMilli());
        }
        return app.build();
    }
}
