package dev.berth.registry.control;

import com.google.protobuf.ByteString;
import dev.berth.protocol.v1.SourceChunk;
import dev.berth.protocol.v1.SourceInfo;
import dev.berth.protocol.v1.SourceUpload;
import dev.berth.registry.store.SourceStore;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.jboss.logging.Logger;

/** Source bundles in and out. An upload counts only when its bytes have the digest that it claims. */
@ApplicationScoped
public class Sources {
    private static final Logger LOG = Logger.getLogger(Sources.class);
    private static final int CHUNK = 1 << 20;

    private final SourceStore store;
    private final RegistryConfig config;

    Sources(SourceStore store, RegistryConfig config) {
        this.store = store;
        this.config = config;
    }

    public Uni<SourceInfo> find(String digest) {
        return store.find(digest)
                .map(source -> SourceInfo.newBuilder()
                        .setDigest(digest)
                        .setPresent(source.isPresent())
                        .setBytes(source.map(SourceStore.Source::bytes).orElse(0L))
                        .build());
    }

    /** A chunk of a bundle; one without data after its last. */
    public Uni<SourceChunk> get(String digest, int index) {
        return store.find(digest)
                .map(source -> source.orElseThrow(() -> Status.NOT_FOUND
                        .withDescription("there is no source bundle " + digest)
                        .asRuntimeException()))
                .chain(source -> store.chunk(source.upload(), index))
                .map(data -> SourceChunk.newBuilder()
                        .setIndex(index)
                        .setData(data.map(ByteString::copyFrom).orElse(ByteString.EMPTY))
                        .build());
    }

    public Uni<Void> put(SourceChunk chunk) {
        int size = chunk.getData().size();
        if (size == 0
                || size > CHUNK
                || chunk.getIndex() < 0
                || chunk.getUpload().isEmpty()) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("a chunk has an upload, an index from 0 on, and 1 to " + CHUNK + " bytes")
                    .asRuntimeException();
        }
        if ((long) chunk.getIndex() * CHUNK + size > config.sourceLimit()) {
            throw overLimit();
        }
        return store.append(chunk.getUpload(), chunk.getIndex(), chunk.getData().toByteArray(), Instant.now());
    }

    private StatusRuntimeException overLimit() {
        return Status.RESOURCE_EXHAUSTED
                .withDescription("the source bundle is over " + config.sourceLimit()
                        + " bytes; name what is not needed in .berthignore")
                .asRuntimeException();
    }

    /** Reads the upload again, a chunk at a time: whoever uploads may talk to another registry with each chunk. */
    public Uni<SourceInfo> complete(SourceUpload upload) {
        if (upload.getChunks() < 0 || (long) upload.getChunks() * CHUNK >= config.sourceLimit() + CHUNK) {
            throw overLimit();
        }
        MessageDigest hash = sha256();
        long[] bytes = new long[1];
        return Multi.createFrom()
                .range(0, upload.getChunks())
                .onItem()
                .transformToUniAndConcatenate(index -> store.chunk(upload.getUpload(), index))
                .onItem()
                .invoke(data -> data.ifPresent(present -> {
                    hash.update(present);
                    bytes[0] += present.length;
                }))
                .collect()
                .last()
                .chain(() -> {
                    String actual = HexFormat.of().formatHex(hash.digest());
                    if (!actual.equals(upload.getDigest())) {
                        throw Status.INVALID_ARGUMENT
                                .withDescription("the bundle's bytes have digest " + actual + ", not "
                                        + upload.getDigest() + "; upload it again")
                                .asRuntimeException();
                    }
                    return store.complete(upload.getUpload(), upload.getDigest(), bytes[0], Instant.now());
                })
                .replaceWith(() -> SourceInfo.newBuilder()
                        .setDigest(upload.getDigest())
                        .setPresent(true)
                        .setBytes(bytes[0])
                        .build());
    }

    public Uni<Void> drop(String upload) {
        return store.drop(upload);
    }

    /** Bundles that an app's collection left without a version, and uploads that ended midway. */
    @Scheduled(every = "10s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> collect() {
        return store.collect(Instant.now().minus(config.sourceRetention()))
                .invoke(gone -> {
                    if (gone > 0) {
                        LOG.infof("collected %d source bundles", gone);
                    }
                })
                .onFailure()
                .invoke(fault -> LOG.warnf("could not collect source bundles: %s", fault.getMessage()))
                .onFailure()
                .recoverWithItem(0)
                .replaceWithVoid();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
