package dev.berth.gateway.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.ForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends calls that nobody answers, so that whoever asked hears so. Streams take the time that they take. By a timer of
 * our own: the channel over Vert.x takes no notice of the deadline in a call's options.
 */
@ApplicationScoped
public class Deadline implements ClientInterceptor {
    private static final int MILLIS = 10_000;

    private final Vertx vertx;

    Deadline(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        ClientCall<Q, A> call = next.newCall(method, options);
        return method.getType() == MethodDescriptor.MethodType.UNARY ? new Limited<>(call) : call;
    }

    private final class Limited<Q, A> extends ForwardingClientCall.SimpleForwardingClientCall<Q, A> {
        private final AtomicBoolean over = new AtomicBoolean();

        Limited(ClientCall<Q, A> call) {
            super(call);
        }

        @Override
        public void start(Listener<A> listener, Metadata headers) {
            long timer = vertx.setTimer(MILLIS, due -> {
                if (over.compareAndSet(false, true)) {
                    cancel("no answer in time", null);
                    listener.onClose(
                            Status.DEADLINE_EXCEEDED.withDescription("no answer within " + MILLIS / 1000 + " s"),
                            new Metadata());
                }
            });
            super.start(
                    new ForwardingClientCallListener.SimpleForwardingClientCallListener<>(listener) {
                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            if (over.compareAndSet(false, true)) {
                                vertx.cancelTimer(timer);
                                super.onClose(status, trailers);
                            }
                        }
                    },
                    headers);
        }
    }
}
