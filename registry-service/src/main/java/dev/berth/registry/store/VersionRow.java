package dev.berth.registry.store;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.registry.app.AppName;
import dev.berth.registry.app.AppSpec;
import dev.berth.registry.app.Origin;
import dev.berth.registry.app.Version;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.UUID;

/** Written once, never changed. */
@Entity
@Table(name = "version")
@IdClass(VersionRow.Key.class)
class VersionRow {
    record Key(String environment, String app, int version) implements Serializable {}

    /** The names of origins, as the column has them. */
    enum Kind {
        DEPLOY,
        ROLLBACK,
        ROLLOVER
    }

    @Id
    String environment;

    @Id
    String app;

    @Id
    int version;
    /** The app's. */
    UUID life;

    @Enumerated(EnumType.STRING)
    Kind kind;

    @Column(name = "rollback_of")
    int rollbackOf;

    @Column(name = "deployed_by")
    String deployedBy;

    @Column(name = "deployed_at")
    Instant deployedAt;

    String tag;

    @Column(name = "commit_id")
    String commit;

    byte[] spec;
    /** The spec's, where it has one: keeps the bundle from being collected. */
    @Column(name = "source_digest")
    String sourceDigest;

    @Column(name = "spec_digest")
    String specDigest;

    void from(Origin origin) {
        switch (origin) {
            case Origin.Deploy deploy -> kind = Kind.DEPLOY;
            case Origin.Rollback(int of) -> {
                kind = Kind.ROLLBACK;
                rollbackOf = of;
            }
            case Origin.Rollover rollover -> kind = Kind.ROLLOVER;
        }
    }

    Version toDomain() {
        return new Version(
                new AppName(environment, app),
                life.toString(),
                version,
                switch (kind) {
                    case DEPLOY -> new Origin.Deploy();
                    case ROLLBACK -> new Origin.Rollback(rollbackOf);
                    case ROLLOVER -> new Origin.Rollover();
                },
                deployedBy,
                deployedAt,
                tag,
                commit,
                spec(),
                specDigest);
    }

    AppSpec spec() {
        try {
            return StoredSpec.parse(spec).toDomain();
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("the stored spec of " + app + " v" + version + " is broken", broken);
        }
    }
}
