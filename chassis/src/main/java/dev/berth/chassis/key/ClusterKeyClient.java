package dev.berth.chassis.key;

import dev.berth.protocol.bus.Permissions;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Adds this part's name and its key for the service that is called to outgoing calls. */
@ApplicationScoped
public class ClusterKeyClient implements ClientInterceptor {
    static final Metadata.Key<String> PART = Metadata.Key.of("berth-part", Metadata.ASCII_STRING_MARSHALLER);
    static final Metadata.Key<String> KEY = Metadata.Key.of("berth-key", Metadata.ASCII_STRING_MARSHALLER);

    private final String part;
    /** By the name that the wire has for a service. */
    private final Map<String, String> keys = new HashMap<>();

    ClusterKeyClient(
            @ConfigProperty(name = "quarkus.application.name") String name,
            @ConfigProperty(name = "berth.node.name") Optional<String> node,
            @ConfigProperty(name = "berth.key.registry") Optional<String> registry,
            @ConfigProperty(name = "berth.key.scheduler") Optional<String> scheduler) {
        part = Permissions.of(name, node.orElse("")).part();
        registry.ifPresent(key -> keys.put("berth.v1.Registry", key));
        scheduler.ifPresent(key -> keys.put("berth.v1.Scheduler", key));
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                headers.put(PART, part);
                headers.put(KEY, keys.getOrDefault(method.getServiceName(), ""));
                super.start(listener, headers);
            }
        };
    }
}
