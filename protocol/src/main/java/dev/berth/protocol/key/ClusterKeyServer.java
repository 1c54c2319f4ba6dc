package dev.berth.protocol.key;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Refuses calls that do not carry the cluster key, with UNAUTHENTICATED. */
@ApplicationScoped
public class ClusterKeyServer implements ServerInterceptor {
    private final byte[] expected;

    ClusterKeyServer(@ConfigProperty(name = "berth.cluster.key") String key) {
        expected = key.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
            ServerCallHandler<Q, A> next) {
        String given = headers.get(ClusterKeyClient.HEADER);
        if (given == null || !MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8))) {
            call.close(Status.UNAUTHENTICATED.withDescription("wrong cluster key: give every service of this cluster "
                    + "the same BERTH_CLUSTER_KEY"), new Metadata());
            return new ServerCall.Listener<>() {
            };
        }
        return next.startCall(call, headers);
    }
}
