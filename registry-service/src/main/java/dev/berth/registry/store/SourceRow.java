package dev.berth.registry.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "source")
class SourceRow {
    @Id
    String digest;

    String upload;
    long bytes;

    @Column(name = "created_at")
    Instant createdAt;
}
