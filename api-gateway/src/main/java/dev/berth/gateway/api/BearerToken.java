package dev.berth.gateway.api;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import jakarta.enterprise.context.ApplicationScoped;

/** Hands a call's authorization header to the service. */
@ApplicationScoped
class BearerToken implements ServerInterceptor {
    static final Context.Key<String> HEADER_OF_CALL = Context.key("authorization");
    private static final Metadata.Key<String> HEADER =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return Contexts.interceptCall(
                Context.current().withValue(HEADER_OF_CALL, headers.get(HEADER)), call, headers, next);
    }
}
