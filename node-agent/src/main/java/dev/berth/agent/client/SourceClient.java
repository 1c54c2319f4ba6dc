package dev.berth.agent.client;

import com.google.protobuf.ByteString;
import dev.berth.agent.runtime.Sources;
import dev.berth.chassis.key.ClusterKeyClient;
import dev.berth.protocol.v1.Registry;
import dev.berth.protocol.v1.SourceChunkRef;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GrpcClient;
import io.quarkus.grpc.RegisterClientInterceptor;
import io.smallrye.mutiny.TimeoutException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Enumeration;
import java.util.NoSuchElementException;

/** Fetches source bundles. Blocks: to be called from a thread of its own. */
@ApplicationScoped
public class SourceClient {
    private final Registry registry;

    protected SourceClient(
            @GrpcClient("registry") @RegisterClientInterceptor(ClusterKeyClient.class) Registry registry) {
        this.registry = registry;
    }

    /**
     * The folder with a bundle's files; fetched where it is not there yet.
     *
     * @param patience how long the registry may be away while it is fetched
     */
    public Path fetch(String digest, Sources sources, Duration patience) throws IOException {
        if (sources.has(digest)) {
            return sources.path(digest);
        }
        Chunks chunks = new Chunks(digest, System.nanoTime() + patience.toNanos());
        try {
            return sources.unpack(digest, new SequenceInputStream(chunks));
        } catch (StatusRuntimeException | TimeoutException fault) {
            throw new IOException("the source bundle could not be fetched: " + fault.getMessage(), fault);
        }
    }

    /** Asks for the next chunk when the one before was taken, so that one is in memory at a time. */
    private final class Chunks implements Enumeration<InputStream> {
        private final String digest;
        private final long until;
        private int index;
        private ByteString next;

        Chunks(String digest, long until) {
            this.digest = digest;
            this.until = until;
        }

        @Override
        public boolean hasMoreElements() {
            if (next == null) {
                next = get();
            }
            return !next.isEmpty();
        }

        @Override
        public InputStream nextElement() {
            if (!hasMoreElements()) {
                throw new NoSuchElementException("the bundle has " + index + " chunks");
            }
            InputStream chunk = next.newInput();
            next = null;
            index++;
            return chunk;
        }

        private ByteString get() {
            SourceChunkRef ref = SourceChunkRef.newBuilder()
                    .setDigest(digest)
                    .setIndex(index)
                    .build();
            return Asking.until(until, () -> registry.getSourceChunk(ref)).getData();
        }
    }
}
