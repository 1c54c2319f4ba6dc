package dev.berth.protocol.key;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Adds the cluster key to outgoing calls. */
@ApplicationScoped
public class ClusterKeyClient implements ClientInterceptor {
    static final Metadata.Key<String> HEADER = Metadata.Key.of("berth-cluster-key", Metadata.ASCII_STRING_MARSHALLER);

    private final String key;

    ClusterKeyClient(@ConfigProperty(name = "berth.cluster.key") String key) {
        this.key = key;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                headers.put(HEADER, key);
                super.start(listener, headers);
            }
        };
    }
}
