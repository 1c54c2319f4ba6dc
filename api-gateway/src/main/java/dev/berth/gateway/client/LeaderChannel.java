package dev.berth.gateway.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientChannel;
import io.vertx.grpc.client.GrpcClientOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.spi.Prioritized;

/**
 * Sends what is for the scheduler to the one that leads. It says on the bus where it is; until it is heard, the address
 * in the configuration has to do.
 */
@ApplicationScoped
public class LeaderChannel implements ClientInterceptor, Prioritized {
    private static final int MOST_BYTES = 16 << 20;

    private final GrpcClient client;
    private volatile Channel channel;
    private String address = "";
    private long epoch;

    LeaderChannel(Vertx vertx) {
        client = GrpcClient.client(vertx, new GrpcClientOptions().setMaxMessageSize(MOST_BYTES));
    }

    /** The scheduler of this epoch leads; an older one does not any more. */
    public synchronized void leads(long newEpoch, String newAddress) {
        int colon = newAddress.lastIndexOf(':');
        if (newEpoch < epoch || colon < 0) {
            return;
        }
        epoch = newEpoch;
        if (!newAddress.equals(address)) {
            address = newAddress;
            channel = new GrpcClientChannel(
                    client,
                    SocketAddress.inetSocketAddress(
                            Integer.parseInt(newAddress.substring(colon + 1)), newAddress.substring(0, colon)));
        }
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        Channel leader = channel;
        return (leader == null ? next : leader).newCall(method, options);
    }

    /** The last of all, since it does not go on to the next one. */
    @Override
    public int getPriority() {
        return Integer.MIN_VALUE;
    }
}
