package dev.berth.registry.store;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.protocol.v1.AppSpec;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionKind;
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

    @Id
    String environment;

    @Id
    String app;

    @Id
    int version;
    /** The app's. */
    UUID life;

    @Enumerated(EnumType.STRING)
    VersionKind kind;

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

    Version toMessage() {
        return Version.newBuilder()
                .setEnvironment(environment)
                .setApp(app)
                .setVersion(version)
                .setKind(kind)
                .setRollbackOf(rollbackOf)
                .setDeployedBy(deployedBy)
                .setDeployedAt(deployedAt.toEpochMilli())
                .setTag(tag)
                .setCommit(commit)
                .setSpec(spec())
                .setSpecDigest(specDigest)
                .setLife(life.toString())
                .build();
    }

    AppSpec spec() {
        try {
            return AppSpec.parseFrom(spec);
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("the stored spec of " + app + " v" + version + " is broken", broken);
        }
    }
}
