package dev.berth.chassis.key;

import dev.berth.chassis.start.Refusal;
import dev.berth.protocol.key.Calls;
import dev.berth.protocol.key.PartKey;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Refuses calls without a part's key with UNAUTHENTICATED, and what that part may not call with PERMISSION_DENIED. */
@ApplicationScoped
public class ClusterKeyServer implements ServerInterceptor {
    private static final Logger LOG = Logger.getLogger(ClusterKeyServer.class);

    private final String own;

    /** @param own empty in parts that nobody calls: they have this class too, and never make one */
    ClusterKeyServer(@ConfigProperty(name = "berth.key.own") Optional<String> own) {
        this.own = own.orElseThrow(() -> Refusal.atStart(
                "BERTH_KEY_OWN is missing: it says by which keys other parts may call this one (docs/keys.md)"));
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String part = headers.get(ClusterKeyClient.PART);
        String key = headers.get(ClusterKeyClient.KEY);
        MethodDescriptor<Q, A> method = call.getMethodDescriptor();
        if (part == null || key == null || !PartKey.isRight(own, part, key)) {
            return refuse(
                    call,
                    Status.UNAUTHENTICATED.withDescription("wrong key of " + (part == null ? "a part" : part)
                            + ": give each part its own (docs/keys.md)"));
        }
        if (!Calls.may(part, method.getServiceName(), method.getBareMethodName())) {
            LOG.warnf("%s asked for %s, which it may not", part, method.getFullMethodName());
            return refuse(
                    call,
                    Status.PERMISSION_DENIED.withDescription(part + " may not call " + method.getFullMethodName()));
        }
        return next.startCall(call, headers);
    }

    private static <Q, A> ServerCall.Listener<Q> refuse(ServerCall<Q, A> call, Status status) {
        call.close(status, new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
