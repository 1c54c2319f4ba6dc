package dev.berth.registry.store;

import dev.berth.registry.app.App;
import dev.berth.registry.app.AppName;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

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
    /** The number of its newest version when it was last stopped. */
    @Column(name = "stopped_version")
    int stoppedVersion;
    /** The database makes it, with the row. */
    @Column(insertable = false, updatable = false)
    UUID life;
    /** Not Hibernate's: whoever changes an app holds its row's lock, and the event of a change names its revision. */
    long revision;

    boolean stopped() {
        return stoppedAt != null;
    }

    /** The next version; a stopped app is revived by it. */
    int nextVersion() {
        newestVersion++;
        stoppedAt = null;
        stoppedBy = null;
        collectAt = null;
        revision++;
        return newestVersion;
    }

    void stop(String user, Instant at, Instant collectAt) {
        stoppedAt = at;
        stoppedBy = user;
        this.collectAt = collectAt;
        stoppedVersion = newestVersion;
        revision++;
    }

    App toDomain() {
        return new App(
                new AppName(environment, name),
                life.toString(),
                revision,
                createdAt,
                newestVersion,
                stopped() ? Optional.of(new App.Stop(stoppedAt, stoppedBy, collectAt)) : Optional.empty());
    }
}
