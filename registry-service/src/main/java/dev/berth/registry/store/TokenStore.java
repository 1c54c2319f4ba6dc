package dev.berth.registry.store;

import dev.berth.registry.access.Token;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** Tokens by the hash of their secret; a revoked one stays, so that the list can show it. */
@ApplicationScoped
public class TokenStore {
    private final Mutiny.SessionFactory sessions;

    TokenStore(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    /** The token of a secret that is not revoked. */
    public Uni<Optional<Token>> find(String secretHash) {
        return sessions.withSession(session -> session.createQuery(
                                "from TokenRow where secretHash = :hash and revokedAt is null", TokenRow.class)
                        .setParameter("hash", secretHash)
                        .getSingleResultOrNull())
                .map(row -> Optional.ofNullable(row).map(TokenRow::toDomain));
    }

    public Uni<Token> create(String id, String user, String secretHash, Instant at) {
        TokenRow row = new TokenRow();
        row.id = id;
        row.user = user;
        row.secretHash = secretHash;
        row.createdAt = at;
        return sessions.withTransaction(session -> session.persist(row)).replaceWith(row::toDomain);
    }

    /** Makes a token for a secret, unless there is one; a revoked one stays revoked. */
    public Uni<Void> ensure(String id, String user, String secretHash, Instant at) {
        return sessions.withTransaction(session -> session.createNativeQuery("""
                insert into registry.token (id, user_name, secret_hash, created_at) values (?1, ?2, ?3, ?4)
                on conflict (secret_hash) do nothing""")
                        .setParameter(1, id)
                        .setParameter(2, user)
                        .setParameter(3, secretHash)
                        .setParameter(4, at)
                        .executeUpdate())
                .replaceWithVoid();
    }

    public Uni<List<Token>> list() {
        return sessions.withSession(session -> session.createQuery("from TokenRow order by createdAt", TokenRow.class)
                        .getResultList())
                .map(rows -> rows.stream().map(TokenRow::toDomain).toList());
    }

    /** Empty where there is no such token. */
    public Uni<Optional<Token>> revoke(String id, Instant at) {
        return sessions.withTransaction(session -> session.find(TokenRow.class, id)
                        .invoke(row -> {
                            if (row != null && row.revokedAt == null) {
                                row.revokedAt = at;
                            }
                        }))
                .map(row -> Optional.ofNullable(row).map(TokenRow::toDomain));
    }
}
