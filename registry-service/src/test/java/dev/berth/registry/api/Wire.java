package dev.berth.registry.api;

import dev.berth.protocol.key.PartKey;
import dev.berth.protocol.v1.RegistryGrpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.util.concurrent.Callable;

/** The registry as other parts meet it: by gRPC, with a part's key. */
final class Wire implements AutoCloseable {
    private final ManagedChannel channel;

    Wire(URI registry) {
        channel = ManagedChannelBuilder.forAddress(registry.getHost(), registry.getPort())
                .usePlaintext()
                .build();
    }

    RegistryGrpc.RegistryBlockingStub as(String part) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("berth-part", Metadata.ASCII_STRING_MARSHALLER), part);
        headers.put(Metadata.Key.of("berth-key", Metadata.ASCII_STRING_MARSHALLER), PartKey.of("key", part));
        return RegistryGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    static Status status(Callable<?> call) throws Exception {
        try {
            call.call();
            return Status.OK;
        } catch (StatusRuntimeException refused) {
            return refused.getStatus();
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
