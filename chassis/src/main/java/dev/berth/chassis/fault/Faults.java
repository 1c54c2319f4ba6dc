package dev.berth.chassis.fault;

import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import jakarta.enterprise.context.ApplicationScoped;
import org.jboss.logging.Logger;

/**
 * The one place where the exceptions of a service with a database become a status: UNAVAILABLE where the database is
 * away, so that callers try again; INTERNAL for what nobody expected. What a service says on purpose passes as it is.
 */
@ApplicationScoped
public class Faults implements ServerInterceptor {
    private static final Logger LOG = Logger.getLogger(Faults.class);

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return next.startCall(
                new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
                    @Override
                    public void close(Status status, Metadata trailers) {
                        super.close(status.getCode() == Status.Code.UNKNOWN ? known(status) : status, trailers);
                    }
                },
                headers);
    }

    static Status known(Status status) {
        if (DatabaseAway.isSaidBy(status.getCause())) {
            LOG.debugf("database: %s", status.getCause());
            return Status.UNAVAILABLE.withDescription("PostgreSQL does not answer; trying again may help");
        }
        LOG.errorf(status.getCause(), "a call failed: %s", status.getDescription());
        return Status.INTERNAL.withDescription("an unexpected fault; the service's log has it");
    }
}
