package dev.berth.chassis.fault;

import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.quarkus.grpc.GlobalInterceptor;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Answers no call whose caller has given it up. The server would take such an answer for a fault of the whole
 * connection, and end it with every other call that is under way there.
 */
@ApplicationScoped
@GlobalInterceptor
public class CancelledCalls implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return next.startCall(new Unheard<>(call, Vertx.currentContext()), headers);
    }

    private static final class Unheard<Q, A> extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {
        private final Context context;

        /** @param context of the call's connection; null where the server has none */
        Unheard(ServerCall<Q, A> call, Context context) {
            super(call);
            this.context = context;
        }

        @Override
        public void sendHeaders(Metadata headers) {
            answer(() -> super.sendHeaders(headers));
        }

        @Override
        public void sendMessage(A message) {
            answer(() -> super.sendMessage(message));
        }

        @Override
        public void close(Status status, Metadata trailers) {
            answer(() -> super.close(status, trailers));
        }

        /** Where cancellations are heard: elsewhere one could come between the look and the answer. */
        private void answer(Runnable answer) {
            if (context == null || Context.isOnEventLoopThread()) {
                unlessCancelled(answer);
            } else {
                context.runOnContext(now -> unlessCancelled(answer));
            }
        }

        private void unlessCancelled(Runnable answer) {
            if (!isCancelled()) {
                answer.run();
            }
        }
    }
}
