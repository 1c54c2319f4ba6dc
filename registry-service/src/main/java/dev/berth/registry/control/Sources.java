package dev.berth.registry.control;

import dev.berth.registry.app.Source;
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
import java.util.Optional;
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

    /** A chunk of a bundle; empty after its last. */
    public Uni<Optional<byte[]>> chunk(String digest, int index) {
        return store.upload(digest)
                .map(upload -> upload.orElseThrow(() -> Status.NOT_FOUND
                        .withDescription("there is no source bundle " + digest)
                        .asRuntimeException()))
                .chain(upload -> store.chunk(upload, index));
    }

    /** @param upload chosen by who uploads, new for each bundle */
    public Uni<Void> put(String upload, int index, byte[] data) {
        if (data.length == 0 || data.length > CHUNK || index < 0 || upload.isEmpty()) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("a chunk has an upload, an index from 0 on, and 1 to " + CHUNK + " bytes")
                    .asRuntimeException();
        }
        if ((long) index * CHUNK + data.length > config.sourceLimit()) {
            throw overLimit();
        }
        return store.append(upload, index, data, Instant.now());
    }

    private StatusRuntimeException overLimit() {
        return Status.RESOURCE_EXHAUSTED
                .withDescription("the source bundle is over " + config.sourceLimit()
                        + " bytes; name what is not needed in .berthignore")
                .asRuntimeException();
    }

    /** Reads the upload again, a chunk at a time: whoever uploads may talk to another registry with each chunk. */
    public Uni<Source> complete(String upload, String digest, int chunks) {
        if (chunks < 0 || (long) chunks * CHUNK >= config.sourceLimit() + CHUNK) {
            throw overLimit();
        }
        MessageDigest hash = sha256();
        long[] bytes = new long[1];
        return Multi.createFrom()
                .range(0, chunks)
                .onItem()
                .transformToUniAndConcatenate(index -> chunkAtWork(upload, index))
                .onItem()
                .invoke(data -> {
                    hash.update(data);
                    bytes[0] += data.length;
                })
                .collect()
                .last()
                .chain(() -> {
                    String actual = HexFormat.of().formatHex(hash.digest());
                    if (!actual.equals(digest)) {
                        throw Status.INVALID_ARGUMENT
                                .withDescription("the bundle's bytes have digest " + actual + ", not " + digest
                                        + "; upload it again")
                                .asRuntimeException();
                    }
                    return store.complete(upload, digest, bytes[0], Instant.now());
                })
                .replaceWith(() -> new Source(digest, bytes[0]));
    }

    private Uni<byte[]> chunkAtWork(String upload, int index) {
        return store.touch(upload, Instant.now())
                .chain(() -> store.chunk(upload, index))
                .map(data -> data.orElseThrow(() -> Status.INVALID_ARGUMENT
                        .withDescription("chunk " + index
                                + " of the upload is not there: it never came, or was given up "
                                + "when nothing had come for " + config.sourceRetention() + "; upload the bundle again")
                        .asRuntimeException()));
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
