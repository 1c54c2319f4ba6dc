package dev.berth.registry.store;

import dev.berth.registry.app.Environment;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "environment")
class EnvironmentRow {
    @Id
    String name;

    @Column(name = "created_at")
    Instant createdAt;

    Environment toDomain() {
        return new Environment(name, createdAt);
    }
}
