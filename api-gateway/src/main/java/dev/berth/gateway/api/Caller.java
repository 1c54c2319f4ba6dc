package dev.berth.gateway.api;

import dev.berth.gateway.client.Services;
import dev.berth.protocol.v1.Token;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Finds out who calls, for the rest of the present request. */
@ApplicationScoped
public class Caller {
    private final Services services;
    private final Principal principal;

    Caller(Services services, Principal principal) {
        this.services = services;
        this.principal = principal;
    }

    /**
     * The user of a token.
     *
     * @throws io.grpc.StatusRuntimeException UNAUTHENTICATED for a secret that is unknown or revoked
     */
    public Uni<String> is(String secret) {
        return services.registry()
                .authenticate(Token.newBuilder().setSecret(secret).build())
                .map(Token::getUser)
                .invoke(principal::is);
    }
}
