package dev.berth.registry.store;

import dev.berth.registry.access.Token;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "token")
class TokenRow {
    @Id
    String id;

    @Column(name = "user_name")
    String user;

    @Column(name = "secret_hash")
    String secretHash;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "revoked_at")
    Instant revokedAt;

    Token toDomain() {
        return new Token(id, user, createdAt, revokedAt != null);
    }
}
