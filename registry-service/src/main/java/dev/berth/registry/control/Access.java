package dev.berth.registry.control;

import dev.berth.registry.access.Token;
import dev.berth.registry.access.TokenSecret;
import dev.berth.registry.store.TokenStore;
import io.grpc.Status;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Tokens: made, checked, revoked. */
@ApplicationScoped
public class Access {
    /** Longer than a PostgreSQL that has just been started takes. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A new token; its secret is told this once. */
    public record Created(Token token, TokenSecret secret) {}

    private final TokenStore tokens;
    private final RegistryConfig config;
    private final Vertx vertx;
    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock = InstantSource.system();

    Access(TokenStore tokens, RegistryConfig config, Vertx vertx) {
        this.tokens = tokens;
        this.config = config;
        this.vertx = vertx;
    }

    /** Returns once the first token is stored: calls are taken only after this, so that the first one can use it. */
    void start(@Observes StartupEvent event) {
        config.bootstrapToken().map(TokenSecret::new).ifPresent(secret -> {
            CompletableFuture<Void> stored = new CompletableFuture<>();
            OwnContext.run(
                    vertx,
                    () -> tokens.ensure(id(), config.bootstrapUser(), secret.hash(), clock.instant())
                            .subscribe()
                            .with(stored::complete, stored::completeExceptionally));
            try {
                stored.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
            } catch (CompletionException fault) {
                throw new IllegalStateException("the first token could not be stored: " + fault.getCause(), fault);
            }
        });
    }

    /** @throws io.grpc.StatusRuntimeException UNAUTHENTICATED for a secret that is unknown or revoked */
    public Uni<Token> authenticate(String secret) {
        return tokens.find(new TokenSecret(secret).hash())
                .map(token -> token.orElseThrow(() -> Status.UNAUTHENTICATED
                        .withDescription("the token is unknown or revoked; get one with: berth token create USER")
                        .asRuntimeException()));
    }

    public Uni<Created> create(String user) {
        if (user.isBlank() || user.length() > 100) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("name the token's user, in 1 to 100 characters")
                    .asRuntimeException();
        }
        byte[] bytes = new byte[20];
        random.nextBytes(bytes);
        TokenSecret secret = TokenSecret.of(bytes);
        return tokens.create(id(), user, secret.hash(), clock.instant()).map(token -> new Created(token, secret));
    }

    public Uni<Token> revoke(String id) {
        return tokens.revoke(id, clock.instant())
                .map(token -> token.orElseThrow(() -> Status.NOT_FOUND
                        .withDescription("there is no token " + id + "; see: berth token list")
                        .asRuntimeException()));
    }

    private String id() {
        byte[] bytes = new byte[5];
        random.nextBytes(bytes);
        return "t-" + HexFormat.of().formatHex(bytes);
    }
}
