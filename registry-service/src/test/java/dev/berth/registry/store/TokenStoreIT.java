package dev.berth.registry.store;

import static dev.berth.registry.store.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.registry.Database;
import dev.berth.registry.access.Token;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Database.class)
class TokenStoreIT {
    private static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");

    @Inject
    TokenStore tokens;

    private static Token token(String id, String user, Instant at, boolean revoked) {
        return new Token(id, user, at, revoked);
    }

    @Test
    void everyColumnComesBackAsItself() {
        Token made = token("t-1", "ada", MADE, false);
        assertThat(await(tokens.create("t-1", "ada", "hash-1", MADE))).isEqualTo(made);
        assertThat(await(tokens.find("hash-1"))).contains(made);
        assertThat(await(tokens.find("t-1"))).isEmpty();
        assertThat(await(tokens.list())).contains(made);
    }

    @Test
    void tokenThatIsRevokedIsListedAndOpensNothing() {
        await(tokens.create("t-2", "ada", "hash-2", MADE));
        Token revoked = token("t-2", "ada", MADE, true);
        assertThat(await(tokens.revoke("t-2", MADE.plusSeconds(1)))).contains(revoked);
        assertThat(await(tokens.find("hash-2"))).isEmpty();
        assertThat(await(tokens.list())).contains(revoked);
        assertThat(await(tokens.revoke("nobody's", MADE))).isEmpty();
    }

    @Test
    void firstTokenIsMadeOnceAndStaysRevoked() {
        await(tokens.ensure("t-3", "root", "hash-3", MADE));
        await(tokens.ensure("t-4", "other", "hash-3", MADE.plusSeconds(1)));
        assertThat(await(tokens.find("hash-3"))).contains(token("t-3", "root", MADE, false));
        await(tokens.revoke("t-3", MADE));
        await(tokens.ensure("t-5", "root", "hash-3", MADE));
        assertThat(await(tokens.find("hash-3"))).isEmpty();
    }
}
